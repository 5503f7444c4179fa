#include "support/test_certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

namespace atelier::test {
namespace {

X509* selfSigned(EVP_PKEY* key) {
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    X509_set_pubkey(certificate, key);
    auto* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("atelier test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    auto* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());
    return certificate;
}

std::string saved(X509* certificate) {
    char path[] = "/tmp/atelier-ca-XXXXXX";
    const int fd = ::mkstemp(path);
    auto* file = fd < 0 ? nullptr : ::fdopen(fd, "w");
    if (file == nullptr) throw std::runtime_error{"cannot write a certificate"};
    PEM_write_X509(file, certificate);
    std::fclose(file);
    return path;
}

}  // namespace

ssl_ctx_st* makeTlsContext(std::string* ca_file) {
    auto* context = SSL_CTX_new(TLS_server_method());
    auto* key = EVP_EC_gen("P-256");
    auto* certificate = selfSigned(key);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    *ca_file = saved(certificate);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return context;
}

}  // namespace atelier::test
