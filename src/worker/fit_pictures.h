#pragma once

#include "ports/image_provider.h"
#include "service/engines/engine.h"

namespace atelier {

/// Shrinks the pictures of `prepared` to what its endpoint takes, and says so in its warnings. Pictures of
/// one size (a photo and its mask) stay of one size. CPU-bound.
/// Errors: ImageTooManyPixels (cannot be made small enough), those of the Imaging port.
Result<Prepared> fitPictures(Prepared prepared, const ImageProvider& provider, const Imaging& imaging);

}  // namespace atelier
