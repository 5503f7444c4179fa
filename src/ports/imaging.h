#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/asset.h"
#include "domain/error.h"
#include "util/bytes.h"

namespace atelier {

namespace imaging {
class Pixels;  // whose inside is the library's own
}

struct Size {
    int width = 0;   ///< pixels
    int height = 0;  ///< pixels
    bool operator==(const Size&) const = default;
};

struct Rect {
    int left = 0, top = 0, width = 0, height = 0;  ///< pixels
    bool operator==(const Rect&) const = default;
};

struct ImageLimits {
    std::int64_t max_pixels = 50'000'000;
    int min_side = 256;  ///< pixels; 0 switches the check off
};

/// An encoded picture and what is known of it.
struct EncodedImage {
    SharedBytes bytes;
    std::string content_type;
    Size size;
    /// The same made smaller, where its maker had the pixels at hand: spares `thumbnail` to decode.
    std::shared_ptr<const imaging::Pixels> small{};
};

enum class ImageFormat { Jpeg, Png, Webp };
BOOST_DESCRIBE_ENUM(ImageFormat, Jpeg, Png, Webp)

/// A mask: grey PNG of the person photo's size, white = repaint; one bit a pixel where no edge is
/// soft.
struct MaskResult {
    EncodedImage mask;
    double confidence = 0;  ///< 0…1; below 0.5 the job carries a warning
    std::vector<std::string> warnings;
};

/// What goes to an inpainting endpoint: garment left, person right, and where the
/// person is in it, so that the answer can be cut out again.
struct Diptych {
    EncodedImage canvas;  ///< JPEG
    EncodedImage mask;    ///< PNG, black over the garment half
    Rect person;          ///< the person's part of the canvas
};

/// How a picture came to be, as the EU AI Act (art. 50) wants it told.
enum class Origin {
    Generated,  ///< by a model, the whole picture
    Composite,  ///< a photo into which a model painted
};
BOOST_DESCRIBE_ENUM(Origin, Generated, Composite)

/// Image work. Pure functions of their arguments, CPU-bound: call them on a
/// worker pool, never on an event loop. Thread-safe. Pictures go in and come out
/// encoded; only JPEG, PNG and WebP (plus still GIF) are decoded.
/// Common errors: ImageUndecodable, ImageTooManyPixels, ImageTooSmall.
class Imaging {
  public:
    virtual ~Imaging() = default;

    /// Turns an upload into what is stored: upright (EXIF orientation applied), sRGB,
    /// 8 bit, metadata gone; JPEG stays JPEG (quality 92), others become PNG or WebP as
    /// they were; animations keep their first frame. Errors: also UnsupportedMediaType.
    virtual Result<EncodedImage> normalise(BytesView upload, ImageLimits limits) const = 0;

    /// Shrinks so that the longest side is ≤ `max_edge` pixels; never enlarges.
    virtual Result<EncodedImage> shrink(BytesView image, int max_edge,
                                        ImageFormat format) const = 0;

    /// The same of a picture just made.
    virtual Result<EncodedImage> thumbnail(const EncodedImage& image, int max_edge,
                                           ImageFormat format) const = 0;

    /// Re-encodes in another format; quality is the format's default.
    virtual Result<EncodedImage> convert(BytesView image, ImageFormat format) const = 0;

    /// The region to repaint for `category`. Errors: NoPersonFound.
    virtual Result<MaskResult> autoMask(BytesView person, Category category) const = 0;

    /// What is not the person, for scenes: white = background, to be repainted; the outline is
    /// drawn close, so that hair keeps its strands. `original` is the photo that `person` was made
    /// from by a try-on, or empty: what differs from it is worn, even where it has the wall's
    /// colour; it says nothing if its size is another. Errors: NoPersonFound.
    virtual Result<MaskResult> backgroundMask(BytesView person, BytesView original) const = 0;

    /// Checks a client's mask and brings it to the person's size.
    /// Errors: MaskInvalid (empty, full, other proportions).
    virtual Result<MaskResult> clientMask(BytesView mask, Size person) const = 0;

    /// Garment left, person right, nothing squeezed. Source: bfl-api.md §6.
    virtual Result<Diptych> diptych(BytesView garment, BytesView person, BytesView mask) const = 0;

    /// Cuts the person's part out of the provider's answer, brings it to the person's
    /// size and pastes it through the feathered mask. Outside the feathered mask every
    /// pixel equals the original. Errors: ProviderBadAnswer, ProviderMisaligned.
    virtual Result<EncodedImage> composite(BytesView person, BytesView mask, BytesView answer,
                                           Rect person_in_canvas, Size canvas,
                                           ImageFormat format) const = 0;

    /// A JPEG for endpoints that make the whole picture anew: at most `max_pixels`, both sides
    /// multiples of `grid` (the proportions change by less than one step). Never enlarges beyond a
    /// step.
    virtual Result<EncodedImage> fitToGrid(BytesView image, std::int64_t max_pixels,
                                           int grid) const = 0;

    /// One to four garments on one white canvas in slots, each with its label below. JPEG.
    virtual Result<EncodedImage> garmentBoard(
        std::vector<std::pair<std::string, SharedBytes>> garments) const = 0;

    /// The provider's answer in the size of the photo it was made from.
    /// Errors: ProviderBadAnswer, ProviderMisaligned (other proportions).
    virtual Result<EncodedImage> broughtTo(BytesView answer, Size size,
                                           ImageFormat format) const = 0;

    /// Width and height, upright, read from the header.
    virtual Result<Size> sizeOf(BytesView image) const = 0;

    /// The edges of a picture, white on black, as the provider's canny endpoints compute them.
    /// Thresholds 0…500, low ≤ high. PNG of the picture's size.
    virtual Result<EncodedImage> edges(BytesView image, int low, int high) const = 0;

    /// Writes `origin` into an encoded picture (XMP DigitalSourceType); the pixels stay as they
    /// are.
    virtual EncodedImage declareOrigin(EncodedImage image, Origin origin) const = 0;

    /// Named pictures side by side with captions, for people to look at. PNG or JPEG.
    virtual Result<EncodedImage> contactSheet(
        std::vector<std::pair<std::string, SharedBytes>> pictures) const = 0;
};

}  // namespace atelier
