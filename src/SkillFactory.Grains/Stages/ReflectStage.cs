using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// Has the model reflect on its own attempts (paper section 3): on all attempts with an answer. Which reflections are right is decided when
/// traces are built.
/// </summary>
internal static class ReflectStage
{
    public static async Task<StageResult> RunAsync(StageContext stage, ReflectStageSettings settings, CancellationToken cancellationToken)
    {
        var items = await OffScheduler.RunAsync(async () =>
        {
            var questions = await StageData.QuestionsAsync(stage, cancellationToken);
            var attempts = await stage.Artifacts.ReadAllAsync<Rollout>(stage.Input(PlanRoles.Attempts), cancellationToken);
            return Reflections(attempts, questions, settings.Prompts, settings.Reflection.PerAttempt);
        });

        var reflections = await new PromptRun(stage, stage.Node.Random, GradeAs.Verdict)
            .Add(items, settings.Reflection.PromptsPerBatch, settings.Reflection.Decoding, stage.Weights)
            .RunAsync(cancellationToken);

        reflections.Counts["attempts"] = items.Count;
        return stage.Finish(new Dictionary<string, ArtifactRef> { [StageOutputs.Rollouts] = reflections.Rollouts }, reflections.Counts);
    }

    /// <summary>One prompt per attempt that has an answer and does not mention a hint, ordered by rollout id.</summary>
    public static List<PromptItem> Reflections(
        IEnumerable<Rollout> attempts,
        Dictionary<string, Question> questions,
        string promptSet,
        int perAttempt
    )
    {
        var prompts = PromptSet.Get(promptSet);
        return
        [
            .. attempts
                .Where(a => a.Outcome is Outcome.Correct or Outcome.Wrong && !AnswerHint.LeaksIn(a))
                .OrderBy(a => a.Id, StringComparer.Ordinal)
                .Select(attempt =>
                {
                    var question = questions[attempt.QuestionId];
                    var (system, user) = prompts.ReflectionPrompt(question, attempt.Content);
                    return new PromptItem($"{attempt.Id}/reflection", question, "reflection", system, user, perAttempt, attempt.Id);
                }),
        ];
    }
}
