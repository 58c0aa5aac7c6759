using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Settings of sampling the answers that are replayed in fine-tuning. Without the share, so that another share asks
/// nothing again.</summary>
/// <param name="Sources">Question mix.</param>
/// <param name="Sampling">How the questions are asked: under the original prompt.</param>
public sealed record ReplayStageSettings(string Prompts, IReadOnlyList<QuestionSource> Sources, SamplingSettings Sampling)
    : StageSettings(Prompts)
{
    public static ReplayStageSettings Of(string prompts, ReplaySettings replay) =>
        new(
            prompts,
            replay.Sources,
            new SamplingSettings
            {
                Questions = replay.Questions,
                AttemptsPerVariant = replay.Attempts,
                Variants = [PromptVariant.Original],
                Decoding = replay.Decoding,
                PromptsPerBatch = replay.PromptsPerBatch,
            }
        );
}
