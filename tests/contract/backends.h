#pragma once

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ports/blob_store.h"
#include "ports/job_queue.h"
#include "ports/store.h"
#include "support/fake_clock.h"
#include "support/samples.h"

namespace atelier::test {

/// One implementation of a port under test, in a temporary place of its own.
template <class Port>
class Subject {
  public:
    virtual ~Subject() = default;
    virtual Port& port() = 0;
    /// Ends the implementation and starts it again on the same data, as after a restart of the
    /// process.
    virtual void reopen() = 0;
    /// Lets time pass, also where a server measures it by itself.
    virtual void letPass(FakeClock& clock, Millis by) { clock.advance(by); }
    /// How late a queue may notice that a lease has run out.
    virtual Millis lateness() const { return Millis{0}; }
};

/// How to make a subject. A new implementation of a port joins its suites by a row in backends.cc.
template <class Port>
struct Backend {
    std::string name;
    std::function<std::unique_ptr<Subject<Port>>(FakeClock&)> make;
    std::string needs;  ///< what is missing to run it; empty: nothing
};

template <class Port>
void PrintTo(const Backend<Port>& backend, std::ostream* out) {
    *out << backend.name;
}

/// The backend that the server at the URL in this environment variable makes possible; without it
/// the tests are skipped for want of `server`.
template <class Port>
Backend<Port> onServer(std::string name, const char* variable, const std::string& server,
                       std::function<std::unique_ptr<Subject<Port>>(FakeClock&)> make) {
    std::string needs;
    if (std::getenv(variable) == nullptr) needs = server + ": set " + variable;
    return {std::move(name), std::move(make), std::move(needs)};
}

std::vector<Backend<Store>> storeBackends();
std::vector<Backend<JobQueue>> queueBackends();
std::vector<Backend<BlobStore>> blobBackends();

/// Base of the suites.
template <class Port>
class PortContract : public testing::TestWithParam<Backend<Port>> {
  protected:
    void SetUp() override {
        if (!this->GetParam().needs.empty()) GTEST_SKIP() << "needs " << this->GetParam().needs;
        subject_ = this->GetParam().make(clock_);
    }
    Port& port() { return subject_->port(); }
    void reopen() { subject_->reopen(); }
    void letPass(Millis by) { subject_->letPass(clock_, by); }
    Millis lateness() const { return subject_->lateness(); }

    FakeClock clock_{kNow};
    SeqIds ids_;

  private:
    std::unique_ptr<Subject<Port>> subject_;
};

inline constexpr auto kBackendName = [](const auto& info) { return info.param.name; };

}  // namespace atelier::test
