#include <gmock/gmock.h>

#include "bfl/request_check.h"
#include "domain/pricing.h"
#include "imaging/figures.h"
#include "imaging/vips_imaging.h"
#include "service/engines/engine.h"
#include "support/matchers.h"
#include "util/names.h"

namespace atelier::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const VipsImaging& imaging() {
    static const VipsImaging instance{1};
    return instance;
}

const EngineRegistry& registry() {
    static const EngineRegistry instance;
    return instance;
}

const PromptConfig& clothing() {
    return seededPrompts().front();
}

SharedBytes person() {
    static const auto picture =
        imaging().shrink(*imaging::drawDefaultFigure().bytes, 640, ImageFormat::Png)->bytes;
    return picture;
}

SharedBytes mask() {
    static const auto picture = imaging().autoMask(*person(), Category::UpperBody)->mask.bytes;
    return picture;
}

EngineInputs inputsFor(const Job& job, std::size_t garments) {
    EngineInputs inputs;
    if (job.request.operation != SceneOperation::Generate && job.kind != JobKind::Model) {
        inputs.person = person();
        inputs.mask = mask();
    }
    const std::vector<Category> kinds{Category::UpperBody, Category::LowerBody, Category::Footwear,
                                      Category::Bag};
    for (std::size_t i = 0; i < garments; ++i)
        inputs.garments.push_back(
            {imaging::drawDefaultGarment().bytes, kinds[i], i == 0 ? "red {silk} shirt" : ""});
    return inputs;
}

JobKind kindOf(UsageAction action) {
    if (action == UsageAction::ModelGen) return JobKind::Model;
    return action == UsageAction::Scene ? JobKind::Scene : JobKind::Tryon;
}

Job jobFor(UsageAction action, std::string_view engine) {
    Job job;
    job.kind = kindOf(action);
    job.request.engine = engine;
    job.request.prompt = "in the evening";
    job.samples.emplace_back();
    if (const auto* found = registry().find(action, engine))
        job.request.operation = found->operation();
    if (engine.ends_with("-finetuned")) job.request.extra.finetune_id = "our-house-style";
    if (engine == "outpaint") job.request.aspect_ratio = "16:9";
    if (engine == "erase") job.request.mask_key = "mask";
    if (engine == "erase" || engine == "deblur") job.request.prompt.reset();
    return job;
}

/// What would go to the provider, checked against its contract.
Result<Prepared> sent(const Job& job, std::size_t garments = 1) {
    const auto* engine = registry().find(usageAction(job.kind), job.request.engine);
    if (auto able = engine->check(job); !able) return failure(able.error());
    auto prepared = engine->prepare(job, inputsFor(job, garments), clothing(), imaging());
    if (!prepared) return prepared;
    ProviderRequest request{.endpoint = prepared->endpoint, .parameters = prepared->parameters};
    if (prepared->takes_seed) request.parameters["seed"] = 7;
    for (const auto& [field, image] : prepared->images) request.images.emplace(field, image.bytes);
    if (auto checked = bfl::checkRequest(request); !checked) return failure(checked.error());
    return prepared;
}

std::string nameOfRow(const testing::TestParamInfo<Price>& info) {
    auto name = std::string{nameOf(info.param.action)} + "_" + info.param.engine;
    std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
    return name;
}

class EveryPrice : public testing::TestWithParam<Price> {};
INSTANTIATE_TEST_SUITE_P(Rows, EveryPrice, testing::ValuesIn(PriceTable::defaults().rows()),
                         nameOfRow);

TEST_P(EveryPrice, BelongsToAnEngineWhoseRequestsTheProviderTakes) {
    ASSERT_NE(registry().find(GetParam().action, GetParam().engine), nullptr);
    const auto prepared = sent(jobFor(GetParam().action, GetParam().engine));
    ASSERT_THAT(prepared, isOk());
    EXPECT_THAT(prepared->prompt, Not(HasSubstr("{")));
}

TEST_P(EveryPrice, CoversWhatTheEngineSends) {
    const auto prepared = sent(jobFor(GetParam().action, GetParam().engine));
    ASSERT_THAT(prepared, isOk());
    const auto& price = contract::Contract::bfl().find(prepared->endpoint)->price;
    if (!price) return;  // the provider publishes none
    double cost = price->first;
    if (price->per != contract::Price::Per::Image) {
        // At most one megapixel comes out, and each picture that is sent counts as one.
        const auto pictures = static_cast<double>(prepared->images.size());
        cost += price->per == contract::Price::Per::Megapixel
                    ? pictures * price->input
                    : (pictures - 1) * price->input + price->output;
    }
    EXPECT_GE(static_cast<double>(GetParam().credits_per_sample), cost);
}

TEST(Engines, PutsSeveralGarmentsOnOneBoardForVto) {
    auto job = jobFor(UsageAction::Tryon, "vto");
    const auto prepared = sent(job, 4);
    ASSERT_THAT(prepared, isOk());
    EXPECT_EQ(prepared->images.size(), 2U);
    EXPECT_THAT(prepared->prompt,
                HasSubstr("the top (red (silk) shirt) marked 1 in image 2, the bottom marked 2"));
    EXPECT_THAT(prepared->prompt, HasSubstr(" and the bag marked 4 in image 2"));
}

TEST(Engines, SendsEachGarmentAsAReferenceWhereThereIsRoom) {
    EXPECT_EQ(sent(jobFor(UsageAction::Tryon, "flux-2-pro"), 4)->images.size(), 5U);
    EXPECT_EQ(sent(jobFor(UsageAction::Tryon, "kontext-pro"), 3)->images.size(), 4U);
    const auto board = sent(jobFor(UsageAction::Tryon, "kontext-pro"), 4);
    ASSERT_THAT(board, isOk());
    EXPECT_EQ(board->images.size(), 2U);
    EXPECT_THAT(board->prompt, HasSubstr("marked 3 in image 2"));
}

TEST(Engines, BringsTheAnswerToThePersonsSize) {
    const auto job = jobFor(UsageAction::Tryon, "vto");
    const auto inputs = inputsFor(job, 1);
    const auto* engine = registry().find(UsageAction::Tryon, "vto");
    Provenance record;
    record.geometry = sent(job)->geometry;
    const auto answer = imaging().fitToGrid(*person(), 200'000, 16);
    EngineInputs without_mask = inputs;
    without_mask.mask = nullptr;
    const auto result = engine->finish(job, record, without_mask, *answer->bytes, imaging());
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(result->size, *imaging().sizeOf(*person()));
    const auto wide =
        imaging().contactSheet({{"one", person()}, {"two", person()}, {"three", person()}});
    EXPECT_THAT(engine->finish(job, record, without_mask, *wide->bytes, imaging()),
                failsWith(ErrorCode::ProviderMisaligned));
}

TEST(Engines, FollowsEdgesAsCloselyAsAsked) {
    auto job = jobFor(UsageAction::Scene, "flux-2-pro");
    job.request.extra.control = Control{ControlType::Canny, 0.1};
    const auto loose = sent(job);
    job.request.extra.control->strength = 1;
    const auto exact = sent(job);
    ASSERT_TRUE(loose && exact);
    EXPECT_THAT(loose->prompt, HasSubstr("loosely"));
    EXPECT_THAT(exact->prompt, HasSubstr("exactly"));
    EXPECT_NE(*loose->images.at("input_image_2").bytes, *exact->images.at("input_image_2").bytes);
}

TEST(Engines, TakesADepthMapOrAPoseAsItIs) {
    auto job = jobFor(UsageAction::Scene, "flux-2-pro");
    auto inputs = inputsFor(job, 0);
    inputs.control = imaging::drawDefaultGarment().bytes;
    const auto* engine = registry().find(UsageAction::Scene, "flux-2-pro");
    const auto words = [&](ControlType type) {
        job.request.extra.control = Control{type, 0.5};
        const auto prepared = engine->prepare(job, inputs, clothing(), imaging());
        EXPECT_EQ(*prepared->images.at("input_image_2").bytes,
                  *imaging().fitToGrid(*inputs.control, 1'048'576, 32)->bytes);
        return prepared->prompt;
    };
    EXPECT_THAT(words(ControlType::Depth),
                HasSubstr("Image 2 is a depth map: follow its near and far closely."));
    EXPECT_THAT(words(ControlType::Pose),
                HasSubstr("Image 2 is a drawn pose: the person takes it closely."));
}

TEST(Engines, ShowsAPresetsPictureBesideThePersonForThePriceOfOne) {
    auto job = jobFor(UsageAction::Scene, "flux-2-pro");
    job.request.extra.control = Control{ControlType::Canny, 1};
    auto inputs = inputsFor(job, 0);
    inputs.scene = imaging::drawDefaultFigure().bytes;
    const auto* engine = registry().find(UsageAction::Scene, "flux-2-pro");
    ASSERT_TRUE(engine->seesScene());
    const auto prepared = engine->prepare(job, inputs, clothing(), imaging());
    ASSERT_THAT(prepared, isOk());
    EXPECT_EQ(prepared->images.size(), 3U);
    EXPECT_THAT(prepared->prompt, HasSubstr("The place is the one of image 2. Follow the outlines "
                                            "drawn in image 3 exactly."));
    std::int64_t pixels = 0;
    for (const auto* field : {"input_image_2", "input_image_3"}) {
        const auto size = prepared->images.at(field).size;
        pixels += std::int64_t{size.width} * size.height;
    }
    EXPECT_LE(pixels, 1'048'576);
    EXPECT_FALSE(registry().find(UsageAction::Scene, "fill")->seesScene());
}

TEST(Engines, DescribesAGeneratedPersonByAttributesAndTheDomainsDefaults) {
    auto job = jobFor(UsageAction::ModelGen, "flux-pro-1.1");
    EXPECT_THAT(sent(job)->prompt,
                HasSubstr("in the evening. Standing, facing the camera, arms relaxed. Full-length "
                          "photograph, whole body in frame."));
    job.request.attributes = ModelAttributes{.gender = Gender::Woman,
                                             .age_band = AgeBand::Sixties,
                                             .body = Body::PlusSize,
                                             .skin = Skin::VeryLight,
                                             .hair = "short {{grey}}",
                                             .pose = Pose::SideView};
    EXPECT_THAT(sent(job)->prompt,
                HasSubstr("in the evening, woman in her sixties, plus size build, very light skin, "
                          "short ((grey)) hair. Standing in profile, seen from the side. "
                          "Full-length photograph"));
    // A template without {{style}} says it all the same, and other domains know no people.
    auto plain = clothing();
    plain.actions["model_gen"] = "Photo of {{prompt}}.";
    const auto* engine = registry().find(UsageAction::ModelGen, "flux-pro-1.1");
    const auto prepared = engine->prepare(job, {}, plain, imaging());
    EXPECT_THAT(prepared->prompt, HasSubstr("hair. Standing in profile"));
    job.request.attributes.reset();
    EXPECT_THAT(engine->prepare(job, {}, seededPrompts().back(), imaging())->prompt,
                Not(HasSubstr("Standing")));
}

TEST(Engines, PassesTheFieldsOfUltraOn) {
    auto job = jobFor(UsageAction::ModelGen, "flux-pro-1.1-ultra");
    job.request.aspect_ratio = "9:16";
    job.request.extra.raw = true;
    job.request.extra.image_prompt_strength = 0.4;
    job.provenance.inputs["imagePrompt"] = "key";
    auto inputs = inputsFor(job, 0);
    inputs.image_prompt = person();
    const auto* engine = registry().find(UsageAction::ModelGen, job.request.engine);
    ASSERT_THAT(engine->check(job), isOk());
    const auto prepared = engine->prepare(job, inputs, clothing(), imaging());
    ASSERT_THAT(prepared, isOk());
    EXPECT_EQ(prepared->parameters.at("aspect_ratio"), "9:16");
    EXPECT_EQ(prepared->parameters.at("raw"), true);
    EXPECT_EQ(prepared->parameters.at("image_prompt_strength"), 0.4);
    EXPECT_TRUE(prepared->images.contains("image_prompt"));
}

TEST(Engines, TurnsRatiosIntoPixelsOnTheGrid) {
    for (const auto* ratio : {"21:9", "9:21", "1:1", "3:4", "16:9"}) {
        for (const auto* name : {"flux-pro-1.1", "flux-2-pro"}) {
            auto job = jobFor(UsageAction::ModelGen, name);
            job.request.aspect_ratio = ratio;
            EXPECT_THAT(sent(job), isOk()) << name << " " << ratio;
        }
    }
}

TEST(Engines, KeepsToOneMegapixelWhenOneSideIsGiven) {
    auto job = jobFor(UsageAction::ModelGen, "flux-2-pro");
    job.request.width = 1440;
    const auto prepared = sent(job);
    ASSERT_THAT(prepared, isOk());
    EXPECT_EQ(prepared->parameters.at("height").as_int64(), 720);
}

/// What the scene engine sends after a try-on by `first`.
Prepared laterStep(std::string_view scene_engine, std::string_view first,
                   void (*ask)(JobRequest&)) {
    auto job = jobFor(UsageAction::Tryon, first);
    job.request.scene = "a beach at sunset";
    job.request.scene_engine = scene_engine;
    job.samples[0].step = 1;
    ask(job.request);
    const auto* engine = registry().find(UsageAction::Scene, scene_engine);
    return engine->prepare(job, inputsFor(job, 0), clothing(), imaging()).value();
}

TEST(Engines, FollowsTheRequestsSettingsInALaterStepOnTheSameScale) {
    const auto ask = [](JobRequest& request) {
        request.safety_tolerance = 0;
        request.guidance = 33;
        request.steps = 17;
        request.prompt_upsampling = true;
    };
    const auto fill = laterStep("fill", "fill", ask);
    EXPECT_EQ(fill.parameters.at("safety_tolerance").as_int64(), 0);
    EXPECT_EQ(fill.parameters.at("guidance").as_double(), 33);
    EXPECT_EQ(fill.parameters.at("steps").as_int64(), 17);
    EXPECT_TRUE(fill.parameters.at("prompt_upsampling").as_bool());
    EXPECT_TRUE(fill.warnings.empty());
}

TEST(Engines, LeavesToTheFirstStepWhatALaterOneDoesNotTake) {
    const auto kontext = laterStep("kontext-pro", "flux-2-flex", [](JobRequest& request) {
        request.safety_tolerance = 5;
        request.guidance = 3;
        request.steps = 5;
        request.prompt_upsampling = true;
    });
    EXPECT_EQ(kontext.parameters.at("safety_tolerance").as_int64(), 5);
    EXPECT_TRUE(kontext.parameters.at("prompt_upsampling").as_bool());
    EXPECT_FALSE(kontext.parameters.contains("guidance"));
    EXPECT_FALSE(kontext.parameters.contains("steps"));
    EXPECT_THAT(kontext.warnings,
                testing::ElementsAre("guidance is for the first step only, not for the scene",
                                     "steps is for the first step only, not for the scene"));
}

struct Refused {
    std::string_view engine;
    UsageAction action;
    std::string_view pointer;
    void (*ask)(Job&);
};

class Unable : public testing::TestWithParam<Refused> {};
INSTANTIATE_TEST_SUITE_P(
    Fields, Unable,
    testing::Values(Refused{"flux-pro-1.1", UsageAction::ModelGen, "/raw",
                            [](Job& job) { job.request.extra.raw = true; }},
                    Refused{"flux-2-pro", UsageAction::ModelGen, "/promptUpsampling",
                            [](Job& job) { job.request.prompt_upsampling = true; }},
                    Refused{"flux-2-pro", UsageAction::ModelGen, "/safetyTolerance",
                            [](Job& job) { job.request.safety_tolerance = 6; }},
                    Refused{"flux-2-pro", UsageAction::ModelGen, "/width",
                            [](Job& job) { job.request.width = job.request.height = 1440; }},
                    Refused{"flux-pro-1.1", UsageAction::ModelGen, "/height",
                            [](Job& job) { job.request.height = 272; }},
                    Refused{"flux-pro-1.1", UsageAction::ModelGen, "/aspectRatio",
                            [](Job& job) { job.request.aspect_ratio = "4:1"; }},
                    Refused{"flux-pro-1.1-ultra", UsageAction::ModelGen, "/width",
                            [](Job& job) { job.request.width = 512; }},
                    Refused{"flux-2-flex", UsageAction::ModelGen, "/guidance",
                            [](Job& job) { job.request.guidance = 30; }},
                    Refused{"flux-2-klein-4b-finetuned", UsageAction::ModelGen, "/finetuneId",
                            [](Job& job) { job.request.extra.finetune_id.reset(); }},
                    Refused{"fill", UsageAction::Tryon, "/preserve",
                            [](Job& job) { job.request.extra.preserve = true; }},
                    Refused{"fill", UsageAction::Tryon, "/garmentIds",
                            [](Job& job) { job.request.garment_ids.resize(2); }},
                    Refused{"vto", UsageAction::Tryon, "/mask",
                            [](Job& job) { job.request.mask_key = "mask"; }},
                    Refused{"kontext-pro", UsageAction::Scene, "/control",
                            [](Job& job) { job.request.extra.control.emplace(); }},
                    Refused{"erase", UsageAction::Scene, "/mask",
                            [](Job& job) { job.request.mask_key.reset(); }},
                    Refused{"erase", UsageAction::Scene, "/prompt",
                            [](Job& job) { job.request.prompt = "in the evening"; }},
                    Refused{"deblur", UsageAction::Scene, "/prompt",
                            [](Job& job) { job.request.prompt = "in the evening"; }},
                    Refused{"deblur", UsageAction::Scene, "/sceneId",
                            [](Job& job) { job.request.scene_id.emplace(); }},
                    Refused{"outpaint", UsageAction::Scene, "/seed",
                            [](Job& job) { job.request.seed = 7; }},
                    Refused{"outpaint", UsageAction::Scene, "/aspectRatio",
                            [](Job& job) { job.request.aspect_ratio.reset(); }}));

TEST_P(Unable, SaysWhichFieldItDoesNotUnderstand) {
    auto job = jobFor(GetParam().action, GetParam().engine);
    const auto* engine = registry().find(GetParam().action, GetParam().engine);
    ASSERT_THAT(engine->check(job), isOk());
    GetParam().ask(job);
    const auto refused = engine->check(job);
    ASSERT_THAT(refused, failsWith(ErrorCode::ValidationFailed));
    EXPECT_EQ(refused.error().fields.at(0).pointer, GetParam().pointer);
}

}  // namespace
}  // namespace atelier::test
