#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <boost/describe.hpp>

#include "domain/ids.h"
#include "util/time.h"

namespace atelier {

enum class ModelType { Uploaded, Generated };
BOOST_DESCRIBE_ENUM(ModelType, Uploaded, Generated)

/// What kind of garment it is, hence which region of the person is repainted.
enum class Category {
    UpperBody,
    LowerBody,
    Dress,
    Outerwear,
    FullBody,
    Footwear,
    Headwear,
    Bag,
    Accessory
};
BOOST_DESCRIBE_ENUM(Category, UpperBody, LowerBody, Dress, Outerwear, FullBody, Footwear, Headwear,
                    Bag, Accessory)

enum class PhotoType { FlatLay, OnModel };
BOOST_DESCRIBE_ENUM(PhotoType, FlatLay, OnModel)

/// A stored picture: upright, sRGB, without metadata. Keys name blobs.
struct Picture {
    std::string key;
    std::string thumb_key;
    std::int64_t width = 0;   ///< pixels
    std::int64_t height = 0;  ///< pixels
    std::string content_type;
    std::int64_t bytes = 0;
    std::string sha256;  ///< of the stored bytes, hexadecimal
};
BOOST_DESCRIBE_STRUCT(Picture, (), (key, thumb_key, width, height, content_type, bytes, sha256))

/// A photo of a person (the field's "model").
struct Model {
    ModelId id;
    UserId user_id;
    ModelType type = ModelType::Uploaded;
    std::optional<std::string> name;
    Picture picture;
    std::map<std::string, std::string> metadata;
    std::optional<JobId> job_id;  ///< the job that generated it
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(Model, (), (id, user_id, type, name, picture, metadata, job_id, created_at))

/// A photo of a garment.
struct Garment {
    GarmentId id;
    UserId user_id;
    Category category = Category::UpperBody;
    std::optional<std::string> name;
    std::optional<std::string> description;
    PhotoType photo_type = PhotoType::FlatLay;
    Picture picture;
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(Garment, (),
                      (id, user_id, category, name, description, photo_type, picture, created_at))

}  // namespace atelier
