#pragma once

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
};

/// How to make a subject. A new implementation of a port joins its suites by a row in backends.cc.
template <class Port>
struct Backend {
    std::string name;
    std::function<std::unique_ptr<Subject<Port>>(FakeClock&)> make;
};

template <class Port>
void PrintTo(const Backend<Port>& backend, std::ostream* out) {
    *out << backend.name;
}

std::vector<Backend<Store>> storeBackends();
std::vector<Backend<JobQueue>> queueBackends();
std::vector<Backend<BlobStore>> blobBackends();

/// Base of the suites.
template <class Port>
class PortContract : public testing::TestWithParam<Backend<Port>> {
  protected:
    Port& port() { return subject_->port(); }
    void reopen() { subject_->reopen(); }

    FakeClock clock_{kNow};
    SeqIds ids_;

  private:
    std::unique_ptr<Subject<Port>> subject_ = this->GetParam().make(clock_);
};

inline constexpr auto kBackendName = [](const auto& info) { return info.param.name; };

}  // namespace atelier::test
