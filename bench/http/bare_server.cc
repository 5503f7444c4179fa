// The yardstick of scripts/bench: Drogon answering one constant JSON body, with nothing of ours in
// between.
//
//     bare_server PORT THREADS BODY
//
// Prints one line when it listens; SIGTERM ends it.

#include <cstdio>
#include <cstdlib>
#include <string>

#include <drogon/drogon.h>

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: bare_server PORT THREADS BODY\n", stderr);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const std::string body = argv[3];
    drogon::app().enableReusePort(true);
    drogon::app()
        .setLogLevel(trantor::Logger::kWarn)
        .setThreadNum(static_cast<std::size_t>(std::atoi(argv[2])))
        .addListener("127.0.0.1", port)
        .registerHandler("/balance",
                         [body](const drogon::HttpRequestPtr&,
                                std::function<void(const drogon::HttpResponsePtr&)>&& answer) {
                             auto response = drogon::HttpResponse::newHttpResponse();
                             response->setContentTypeCode(drogon::CT_APPLICATION_JSON);
                             response->setBody(body);
                             answer(response);
                         })
        .registerBeginningAdvice([port] {
            drogon::app().getLoop()->queueInLoop([port] {
                std::printf("listening on http://127.0.0.1:%d\n", port);
                std::fflush(stdout);
            });
        })
        .run();
}
