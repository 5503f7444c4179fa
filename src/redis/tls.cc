#include "redis/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>
#include <new>
#include <system_error>

#include "redis/faults.h"

namespace atelier::redis {
namespace {

SSL_CTX* makeContext() {
    auto* context = SSL_CTX_new(TLS_client_method());
    if (context == nullptr) throw std::bad_alloc{};
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_default_verify_paths(context);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);  // a write never waits for a read
    // What was not taken is offered again from another place in memory.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

/// Of all sessions, for the life of the process. Thread-safe: only counted up and down.
SSL_CTX* context() {
    static SSL_CTX* const kContext = makeContext();
    return kContext;
}

bool isAddress(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> ignored{};
    return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

/// The newest of OpenSSL's reasons for `outcome`.
std::string reasonOf(int outcome) {
    const auto code = ERR_peek_last_error();
    if (outcome == SSL_ERROR_ZERO_RETURN) return "closed by the server";
    if (code == 0)
        return errno == 0 ? "closed by the server" : std::generic_category().message(errno);
    const char* text = ERR_reason_error_string(code);
    return text == nullptr ? "TLS failed" : text;
}

bool waits(int outcome) {
    return outcome == SSL_ERROR_WANT_READ || outcome == SSL_ERROR_WANT_WRITE;
}

}  // namespace

void TlsSession::Free::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}

TlsSession TlsSession::over(int descriptor, const std::string& host) {
    std::unique_ptr<ssl_st, Free> ssl{SSL_new(context())};
    if (!ssl || SSL_set_fd(ssl.get(), descriptor) != 1) throw std::bad_alloc{};
    if (isAddress(host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str());
    } else {
        SSL_set_tlsext_host_name(ssl.get(), host.c_str());
        SSL_set1_host(ssl.get(), host.c_str());
    }
    SSL_set_connect_state(ssl.get());
    return TlsSession{std::move(ssl)};
}

Result<TlsSession::Step> TlsSession::shakeHands() {
    ERR_clear_error();
    errno = 0;
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1) return Step::Done;
    const int outcome = SSL_get_error(ssl_.get(), done);
    if (waits(outcome))
        return outcome == SSL_ERROR_WANT_WRITE ? Step::WaitsForWrite : Step::WaitsForRead;
    if (const auto verdict = SSL_get_verify_result(ssl_.get()); verdict != X509_V_OK)
        return failure(notReady("the certificate of Redis is not trusted",
                                X509_verify_cert_error_string(verdict)));
    return failure(
        notReady("no TLS connection to Redis; is it redis:// there?", reasonOf(outcome)));
}

Result<std::string_view> TlsSession::read(std::string& buffer) {
    ERR_clear_error();
    errno = 0;
    std::size_t got = 0;
    if (SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &got) == 1)
        return std::string_view{buffer}.substr(0, got);
    const int outcome = SSL_get_error(ssl_.get(), 0);
    if (waits(outcome)) return std::string_view{};
    return failure(notReady("the connection to Redis broke", reasonOf(outcome)));
}

Result<std::size_t> TlsSession::write(std::string_view bytes) {
    ERR_clear_error();
    errno = 0;
    std::size_t put = 0;
    if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &put) == 1) return put;
    const int outcome = SSL_get_error(ssl_.get(), 0);
    if (waits(outcome)) return std::size_t{0};
    return failure(notReady("the connection to Redis broke", reasonOf(outcome)));
}

}  // namespace atelier::redis
