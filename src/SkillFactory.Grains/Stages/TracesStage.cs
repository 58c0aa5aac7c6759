using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// Builds silver traces (paper section 3, algorithm 1): keeps the reflections whose verdict is right, and joins attempts and their
/// reflections into traces that try, reflect and retry until the answer is correct. No model runs.
/// </summary>
internal static class TracesStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, TracesStageSettings settings, CancellationToken cancellationToken)
    {
        var phrases = await PhraseFiles.ResolveAsync(settings.Traces.Phrases, stage.Artifacts, cancellationToken);
        var (traces, yield) = await OffScheduler.RunAsync(async () =>
        {
            var questions = await StageData.QuestionsAsync(stage, cancellationToken);
            var attempts = await stage.Artifacts.ReadAllAsync<Rollout>(stage.Input(PlanRoles.Attempts), cancellationToken);
            var reflections = (
                stage.Node.HasInput(PlanRoles.Reflections)
                    ? await stage.Artifacts.ReadAllAsync<Rollout>(stage.Input(PlanRoles.Reflections), cancellationToken)
                    : []
            ).ToLookup(r => r.Parent ?? "", StringComparer.Ordinal);

            var prompts = PromptSet.Get(settings.Prompts);
            var builder = new TraceBuilder(settings.Traces, phrases, stage.Node.Random);
            var sum = new TraceYield();
            var artifact = await stage.Artifacts.PutLinesAsync(
                attempts
                    .GroupBy(a => a.QuestionId, StringComparer.Ordinal)
                    .SelectMany(group =>
                    {
                        // Traces are trained with the original wording, whatever the wording that their attempts answered.
                        var question = questions[group.Key];
                        var (system, user) = prompts.SolvePrompt(question, PromptVariant.Original);
                        var steps =
                            settings.Traces.Selection == RecipeValues.Ranked ? TaskRegistry.Get(question.Task) as IStepChecker : null;
                        var (made, filtered) = builder.Build(
                            new QuestionAttempts(
                                group.Key,
                                system,
                                user,
                                [.. group.Select(a => TraceAttempt.Of(a, reflections[a.Id], steps?.CheckSteps(question, a.Response).Share))]
                            )
                        );
                        sum += filtered;
                        return made;
                    }),
                cancellationToken
            );
            return (artifact, sum);
        });
        if (yield.Traces == 0)
        {
            throw new UserErrorException(NoTraces.Describe(yield)) { Repeats = true };
        }

        stage.Report(
            new StageProgress(
                stage.Node.Name,
                yield.QuestionsUsable,
                yield.Questions,
                $"questions usable, {yield.Traces} traces",
                0,
                "",
                null
            )
        );
        return stage.Finish(new Dictionary<string, ArtifactRef> { [StageOutputs.Traces] = traces }, yield.ToCounts());
    }
}
