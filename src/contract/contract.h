#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "util/time.h"

/// The provider's API as data (bfl_contract.json, compiled in). The client checks
/// requests against it before sending; the emulator answers from it.
namespace atelier::contract {

enum class Type { String, Integer, Number, Boolean, StringOrList };
/// How a parameter carries a picture.
enum class Image { None, Base64, Base64OrUrl };
/// Removed routes are known, but the provider no longer offers them.
enum class Status { Current, Legacy, Removed };
/// What an endpoint makes of its input.
enum class Kind { Generate, Edit, Fill, Expand, Outpaint, Vto, Erase, Deblur, Control, Service };

struct Parameter {
    std::string name;
    Type type = Type::String;
    bool required = false;
    bool nullable = false;
    bool in_query = false;  ///< else in the JSON body
    bool is_url = false;    ///< http or https, at most 2083 characters
    bool is_ratio = false;  ///< "W:H" between 21:9 and 9:21
    bool strip = false;     ///< white space around does not count
    Image image = Image::None;
    std::optional<boost::json::value> default_value;
    std::optional<double> minimum;
    std::optional<double> maximum;
    std::optional<std::int64_t> multiple_of;
    std::vector<std::string> allowed;       ///< empty: anything
    std::optional<std::size_t> min_length;  ///< characters, or items of a list
    std::optional<std::size_t> max_length;
};

/// In credits. `first` buys the first megapixel of `per`, or the whole image.
struct Price {
    enum class Per { Image, Megapixel, InputMegapixel };
    Per per = Per::Image;
    double first = 0;
    double output = 0;                            ///< each further output megapixel
    double input = 0;                             ///< each input megapixel
    std::map<std::string, double> by_resolution;  ///< instead of `first`, where listed
};

/// Pictures outside these are refused, or shrunk by the provider itself.
struct ImageLimits {
    int min_side = 1;          ///< pixels
    double max_mp = 20;        ///< refused above
    double useful_mp = 20;     ///< shrunk by the provider above
    double max_output_mp = 0;  ///< 0: none of its own
};

struct Endpoint {
    std::string path;    ///< `/v1/flux-pro-1.1`
    std::string method;  ///< GET or POST
    std::string host;    ///< `api` (any region) or `finetune`
    Status status = Status::Current;
    Kind kind = Kind::Service;
    bool strict = false;  ///< unknown fields are errors; else they are ignored
    std::vector<Parameter> parameters;
    std::optional<Price> price;  ///< empty: free, or never published
    ImageLimits image_limits;
    Millis latency{0};                ///< typical, from submit to Ready
    std::optional<int> active_tasks;  ///< own limit besides the account's

    const Parameter* find(std::string_view name) const;
};

/// A status of a task.
struct TaskStatus {
    std::string name;
    bool terminal = false;
    bool success = false;
};

/// Immutable after loading, so thread-safe.
class Contract {
  public:
    /// The contract of Black Forest Labs, parsed at the first call.
    static const Contract& bfl();

    /// Null when the provider never had such a path.
    const Endpoint* find(std::string_view path) const;
    const std::vector<Endpoint>& endpoints() const { return endpoints_; }

    /// Base URL of the general API in `region`: global, eu, us; empty when unknown.
    std::string host(std::string_view region) const;
    /// Base URL of the finetune routes.
    const std::string& finetuneHost() const { return finetune_host_; }

    const std::vector<TaskStatus>& statuses() const { return statuses_; }
    /// Null for a status that the contract does not know.
    const TaskStatus* status(std::string_view name) const;

    int activeTasks() const { return active_tasks_; }
    std::size_t imageMaxBytes() const { return image_max_bytes_; }
    double megapixel() const { return megapixel_; }
    Seconds deliveryLifetime() const { return delivery_lifetime_; }
    const std::vector<Seconds>& webhookRetries() const { return webhook_retries_; }

    /// Reads `text`; throws std::exception when it is not a contract.
    explicit Contract(std::string_view text);

  private:
    std::map<std::string, std::string, std::less<>> hosts_;
    std::string finetune_host_;
    std::vector<TaskStatus> statuses_;
    std::vector<Endpoint> endpoints_;
    int active_tasks_ = 0;
    std::size_t image_max_bytes_ = 0;
    double megapixel_ = 0;
    Seconds delivery_lifetime_{0};
    std::vector<Seconds> webhook_retries_;
};

/// Credits for one task with these megapixels of input and output, each rounded up
/// to whole ones; empty when the price was never published. `resolution` matters
/// for endpoints priced by it. Source: bfl-api.md §5.
std::optional<double> costOf(const Endpoint& endpoint, double input_mp, double output_mp,
                             std::string_view resolution = {});

}  // namespace atelier::contract
