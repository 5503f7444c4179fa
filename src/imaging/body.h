#pragma once

#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "imaging/face_finder.h"
#include "imaging/silhouette.h"

namespace atelier::imaging {

/// What is known of the person in a working-size picture. Lengths in pixels; rows count downwards.
struct Body {
    cv::Mat silhouette;  ///< 8 bit, 255 = person
    cv::Mat head;        ///< face and hair, also hair that falls over the shoulders
    cv::Mat skin;        ///< bare skin outside the head
    cv::Mat hands;
    cv::Mat lower;   ///< what is worn below the hem, and the legs
    float unit = 0;  ///< the height of the face, brow to chin; all proportions are multiples of it
    float axis = 0;  ///< column of the torso's middle
    float chin = 0;  ///< row; the top of the picture when the head is cut off
    float shoulder = 0;  ///< row of the shoulder points
    float hem = 0;       ///< row where the upper garment ends
    float feet = 0;      ///< row of the soles, or the bottom of the picture
    bool has_face = false;
    bool hem_seen = false;  ///< found by colour, not by proportion
    bool feet_seen = false;
    double confidence = 0;
    std::vector<std::string> warnings;
};

/// Nothing when the picture shows no person.
std::optional<Body> findBody(const cv::Mat& rgb, const FaceFinder& faces);

}  // namespace atelier::imaging
