#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace atelier {

struct DemoOptions {
    std::optional<std::filesystem::path> person;   ///< absent: a drawn figure
    std::optional<std::filesystem::path> garment;  ///< absent: a drawn T-shirt
    std::string category = "upper_body";
    std::string engine = "fill";
    std::optional<std::filesystem::path> out;  ///< absent: ./atelier-demo
};

/// Starts everything on free ports in a temporary folder and takes the whole journey
/// over HTTP, printing every step with its duration. Returns the exit code: 0 only
/// if every step succeeded. Blocking.
int runDemo(const DemoOptions& options);

}  // namespace atelier
