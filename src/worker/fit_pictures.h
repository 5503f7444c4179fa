#pragma once

#include "ports/image_provider.h"
#include "service/engines/engine.h"

namespace atelier {

/// Shrinks the pictures of `prepared` to what its endpoint takes, and says so in its warnings.
/// Pictures of one size (a photo and its mask) stay of one size. CPU-bound. Errors:
/// ImageTooManyPixels (cannot be made small enough), those of the Imaging port.
Result<Prepared> fitPictures(Prepared prepared, const ImageProvider& provider,
                             const Imaging& imaging);

/// Adds a warning when the engine made `photo` (may be null) smaller for the provider, as its
/// geometry tells.
void noteShrunkPhoto(Prepared& prepared, const SharedBytes& photo, const Imaging& imaging);

}  // namespace atelier
