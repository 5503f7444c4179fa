#pragma once

#include <stop_token>

#include "http/api_parts.h"
#include "http/operation_table.h"

namespace atelier::http {

/// /tryon, /models/generate, /scene and /jobs: jobs of every kind.
class JobHandlers {
  public:
    JobHandlers(ApiParts& parts, std::stop_token stop) : parts_{parts}, stop_{std::move(stop)} {}
    void bind(OperationTable& table);

  private:
    Task<Answer> submitTryOn(CallPtr call);
    Task<Answer> generateModel(CallPtr call);
    Task<Answer> listTryOns(CallPtr call);
    Task<Answer> getTryOn(CallPtr call);
    Task<Answer> cancelTryOn(CallPtr call);
    Task<Answer> streamTryOnEvents(CallPtr call);
    Task<Answer> changeScene(CallPtr call);
    Task<Answer> getSceneChange(CallPtr call);
    Task<Answer> cancelSceneChange(CallPtr call);
    Task<Answer> streamSceneEvents(CallPtr call);
    Task<Answer> listJobs(CallPtr call);
    Task<Answer> getJob(CallPtr call);
    Task<Answer> cancelJob(CallPtr call);
    Task<Answer> streamJobEvents(CallPtr call);
    Task<Answer> getJobSheet(CallPtr call);
    Task<Answer> getJobRecord(CallPtr call);
    Task<Answer> rerunJob(CallPtr call);

    /// 202, or 200 when the client waited and the job ended.
    Task<Answer> taken(CallPtr call, Accepted accepted);
    Task<Answer> list(CallPtr call, std::optional<JobKind> kind);
    Task<Answer> find(CallPtr call, std::optional<JobKind> kind);
    Task<Answer> cancel(CallPtr call, std::optional<JobKind> kind);
    Task<Answer> stream(CallPtr call, std::optional<JobKind> kind);
    Task<drogon::HttpResponsePtr> show(int status, Job job);
    Task<> noteBalance(CallPtr call, drogon::HttpResponsePtr response);

    ApiParts& parts_;
    const std::stop_token stop_;
};

}  // namespace atelier::http
