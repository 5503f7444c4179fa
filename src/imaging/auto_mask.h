#pragma once

#include "imaging/face_finder.h"
#include "imaging/parser.h"
#include "imaging/recent_photos.h"
#include "ports/imaging.h"

namespace atelier::imaging {

/// See Imaging::autoMask. `parser` is preferred where it knows the category and finds something;
/// null = none.
Result<MaskResult> makeAutoMask(BytesView person, Category category, const FaceFinder& faces,
                                const PersonParser* parser, RecentPhotos& photos);

}  // namespace atelier::imaging
