#pragma once

#include "domain/credits.h"
#include "domain/error.h"
#include "ports/page.h"
#include "util/task.h"

namespace atelier {

struct LedgerFilter {
    std::optional<UsageAction> action;
    std::optional<UsageKind> kind;
};

/// Sums of one user's lines, for the invariant.
struct LedgerTotals {
    Credits granted = 0;
    Credits held = 0;
    Credits settled = 0;
    Credits released = 0;
};

/// One line as it reads, and as sums and searches see it: the same unless the store was damaged.
struct FiledLine {
    UsageLog line;
    UsageLog filed;
};

/// The append-only credit ledger. Thread-safe. Durable when a task completes.
/// All methods may fail with NotReady.
class LedgerStore {
  public:
    virtual ~LedgerStore() = default;

    /// True when the line was added, false when one with its unique key
    /// ((jobId, kind); grants: id) was there already: not an error.
    virtual Task<Result<bool>> append(UsageLog line) = 0;
    virtual Task<Result<Page<UsageLog>>> listUsage(UserId user, LedgerFilter filter,
                                                   PageRequest page) = 0;
    virtual Task<Result<LedgerTotals>> totals(UserId user) = 0;

    /// For audits, lines of everyone. Those of jobs: by the id of the job, highest first, all lines
    /// of one on the same page, which holds at least `limit` jobs' lines if there are as many.
    virtual Task<Result<Page<FiledLine>>> listJobLines(PageRequest page) = 0;
    /// Those of no job, newest first.
    virtual Task<Result<Page<FiledLine>>> listGrantLines(PageRequest page) = 0;
    virtual Task<Result<std::vector<FiledLine>>> linesOf(JobId job) = 0;
};

}  // namespace atelier
