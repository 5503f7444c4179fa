#include "service/engines/scene_words.h"

#include "domain/job.h"
#include "support/matchers.h"

namespace atelier {
namespace {

std::string rendered(std::string_view text, const JobRequest& request, bool later_step = false) {
    return renderScene(text, request, later_step).value().text;
}

JobRequest asked(std::optional<std::string> scene, std::optional<std::string> prompt) {
    JobRequest request;
    request.scene = std::move(scene);
    request.prompt = std::move(prompt);
    return request;
}

TEST(RenderSceneTest, WordsWithoutAPresetAreTheScene) {
    EXPECT_EQ(rendered("In {{scene}}. {{prompt}}", asked({}, "a forest")), "In a forest.");
}

TEST(RenderSceneTest, WordsBesideAPresetAddToIt) {
    EXPECT_EQ(rendered("In {{scene}}. {{prompt}}", asked("a forest", "Fog.")), "In a forest. Fog.");
}

TEST(RenderSceneTest, ATemplateWithRoomForOneGetsEverything) {
    for (const auto* text : {"Pottery: {{prompt}}", "Pottery: {{ scene }}"})
        EXPECT_EQ(rendered(text, asked("a forest", "Fog.")), "Pottery: a forest. Fog.") << text;
    EXPECT_EQ(rendered("Pottery: {{prompt}}", asked({}, "a forest")), "Pottery: a forest");
}

TEST(RenderSceneTest, ALaterStepIsNotToldOfTheGarment) {
    EXPECT_EQ(rendered("In {{scene}}. {{prompt}}", asked("a forest", "Collar up."), true),
              "In a forest.");
    EXPECT_EQ(rendered("{{prompt}}", asked("a forest", "Collar up."), true), "a forest");
}

TEST(RenderSceneTest, ABadTemplateIsAnError) {
    EXPECT_THAT(renderScene("{{scene", asked({}, "a forest"), false),
                test::failsWith(ErrorCode::PromptInvalid));
}

}  // namespace
}  // namespace atelier
