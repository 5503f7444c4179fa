#include "http/picture_source.h"

#include <boost/describe.hpp>

#include "service/job_requests.h"

namespace atelier::http {
namespace {

struct ImageSource {
    std::optional<std::string> image_url;
};
BOOST_DESCRIBE_STRUCT(ImageSource, (), (image_url))

}  // namespace

Task<Result<SharedBytes>> pictureOf(CallPtr call, UrlImporter& importer) {
    auto source = call->bodyAs<ImageSource>();
    if (!source) co_return failure(std::move(source.error()));
    const bool came_along = !call->files.empty();
    if (source->image_url && came_along)
        co_return invalidField("/imageUrl", "give one picture: imageUrl or imageBase64");
    if (came_along) co_return call->files.begin()->second;
    if (!source->image_url) co_return SharedBytes{};
    auto fetched =
        co_await importer.fetch(call->user().id, std::move(*source->image_url), "/imageUrl");
    co_return fetched;
}

}  // namespace atelier::http
