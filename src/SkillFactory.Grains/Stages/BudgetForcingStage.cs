using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// Budget forcing (paper section 6): replaces the end of every response of an evaluation by a trigger and continues it up to a second
/// response limit, once or several times. The whole text is graded as one response, with the tokens of all passes.
/// </summary>
internal static class BudgetForcingStage
{
    public static async Task<StageResult> RunAsync(
        StageContext stage,
        BudgetForcingStageSettings settings,
        CancellationToken cancellationToken
    )
    {
        var second = settings.Evaluation.Forced(settings.LimitScale);
        var questions = await OffScheduler.RunAsync(() => StageData.QuestionsAsync(stage, cancellationToken));
        var responses = await OffScheduler.RunAsync(() =>
            stage.Artifacts.ReadAllAsync<Rollout>(stage.Input(PlanRoles.Attempts), cancellationToken)
        );
        var counts = new Dictionary<string, double> { ["responses"] = responses.Count };
        for (var time = 1; time <= settings.Times; time++)
        {
            var part = $"again {time}";
            var run = new PromptRun(stage, stage.Node.Random.Child(part), GradeAs.Answer, part) { Into = stage.Scratch };
            var items = await OffScheduler.RunAsync(() =>
                Task.FromResult(Plan(run, responses, questions, settings, second, stage.Weights))
            );
            if (items == 0)
            {
                break;
            }

            var result = await run.RunAsync(cancellationToken);
            responses = await OffScheduler.RunAsync(async () =>
                Joined(responses, await stage.Artifacts.ReadAllAsync<Rollout>(result.Rollouts, cancellationToken))
            );
            foreach (var (name, count) in result.Counts)
            {
                counts[name] = counts.GetValueOrDefault(name) + count;
            }
        }

        return stage.Finish(
            await OffScheduler.RunAsync(async () =>
                new Dictionary<string, ArtifactRef>
                {
                    [StageOutputs.Questions] = stage.Input(PlanRoles.Questions),
                    [StageOutputs.Rollouts] = await stage.Artifacts.PutLinesAsync(responses, cancellationToken),
                    [StageOutputs.Summary] = await stage.Artifacts.PutJsonAsync(
                        EvaluationSummary.Compute(responses, second, stage.Node.Random.Child("bootstrap"), questions, (question, attempt) =>
                            TaskRegistry.Get(question.Task).Grade(question, attempt, truncated: false)
                        ),
                        cancellationToken
                    ),
                }
            ),
            counts
        );
    }

    /// <summary>Adds the responses below the limit, longest first, so that the prompts of a batch have similar lengths.</summary>
    /// <returns>Number of responses added.</returns>
    private static int Plan(
        PromptRun run,
        IReadOnlyList<Rollout> responses,
        Dictionary<string, Question> questions,
        BudgetForcingStageSettings settings,
        EvaluationSettings second,
        WeightsRef weights
    )
    {
        var prompts = PromptSet.Get(settings.Prompts);
        var planned = 0;
        foreach (var level in responses.GroupBy(r => (r.Task, r.Level)))
        {
            var limit = second.ResponseLimitOf(level.Key.Task, level.Key.Level);
            var batches = level
                .Where(r => r.TokenCount < limit)
                .OrderByDescending(r => r.TokenCount)
                .ThenBy(r => r.Id, StringComparer.Ordinal)
                .Chunk(second.PromptsPerBatch * second.Samples);
            foreach (var batch in batches)
            {
                var items = batch.Select(response =>
                {
                    var question = questions[response.QuestionId];
                    var (system, user) = prompts.SolvePrompt(question, PromptVariant.Original);
                    return new PromptItem(response.Id, question, PromptVariant.Original, system, user, 1)
                    {
                        Prefill = Open(response) + settings.Trigger,
                        MaxNewTokens = limit - response.TokenCount,
                    };
                });
                run.Add(items, batch.Length, second.Decoding with { MaxNewTokens = limit - batch.Min(r => r.TokenCount) }, weights);
                planned += batch.Length;
            }
        }

        return planned;
    }

    /// <summary>The response up to the last closing think tag; all of it if truncated or without one.</summary>
    internal static string Open(Rollout response)
    {
        var end =
            response.Outcome == Outcome.Truncated ? -1 : response.Response.LastIndexOf(Tags.Close(Tags.Think), StringComparison.Ordinal);
        return end < 0 ? response.Response.TrimEnd() : response.Response[..end].TrimEnd();
    }

    private static List<Rollout> Joined(IReadOnlyList<Rollout> before, IReadOnlyList<Rollout> after)
    {
        var continued = after.ToDictionary(r => r.PromptId, StringComparer.Ordinal);
        return
        [
            .. before.Select(was =>
                continued.TryGetValue(was.Id, out var now)
                    ? now with
                    {
                        Id = was.Id,
                        PromptId = was.PromptId,
                        SampleIndex = was.SampleIndex,
                        TokenCount = was.TokenCount + now.TokenCount,
                        PromptTokenCount = was.PromptTokenCount,
                        LogProb = was.LogProb + now.LogProb,
                        MeanEntropy =
                            ((was.MeanEntropy * was.TokenCount) + (now.MeanEntropy * now.TokenCount)) / (was.TokenCount + now.TokenCount),
                        // They are positions within the tokens of one pass.
                        AttemptEnds = null,
                    }
                    : was
            ),
        ];
    }
}
