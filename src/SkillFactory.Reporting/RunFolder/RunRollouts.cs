using System.Runtime.CompilerServices;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.Rollouts;

namespace SkillFactory.Reporting.RunFolder;

/// <summary>Every rollout of every stage of a run, each with the user message that it answers and the gold answer of its question. So
/// traces can be built from rollouts.parquet alone, and a response can be read without looking elsewhere.</summary>
internal sealed class RunRollouts
{
    private readonly RunExport _run;
    private readonly StageArtifacts _artifacts;

    /// <summary>By id. A question's id depends on its content only, so the stages agree on it.</summary>
    private readonly Dictionary<string, Question> _questions = new(StringComparer.Ordinal);

    private RunRollouts(RunExport run, StageArtifacts artifacts) => (_run, _artifacts) = (run, artifacts);

    public static async IAsyncEnumerable<RolloutRow> ReadAsync(
        RunExport run,
        StageArtifacts artifacts,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var rollouts = new RunRollouts(run, artifacts);
        await rollouts.ReadQuestionsAsync(cancellationToken);
        foreach (var stage in run.Stages.DistinctBy(s => s.Result.Key))
        {
            var attempts = await rollouts.AttemptsJudgedInAsync(stage, cancellationToken);
            foreach (var output in StageArtifacts.RolloutOutputs)
            {
                await foreach (var rollout in artifacts.LinesAsync<Rollout>(stage.Result, output, cancellationToken))
                {
                    yield return rollouts.Row(stage, output, rollout, attempts);
                }
            }
        }
    }

    private async Task ReadQuestionsAsync(CancellationToken cancellationToken)
    {
        foreach (var stage in _run.Stages.DistinctBy(s => s.Result.Key))
        {
            foreach (var output in StageArtifacts.QuestionOutputs)
            {
                await foreach (var question in _artifacts.LinesAsync<Question>(stage.Result, output, cancellationToken))
                {
                    _questions[question.Id] = question;
                }
            }
        }
    }

    private RolloutRow Row(ArmStageResult stage, string output, Rollout rollout, Dictionary<string, string> attempts)
    {
        var question = _questions.GetValueOrDefault(rollout.QuestionId);
        return new RolloutRow(
            _run.ExperimentId,
            stage.Seed,
            stage.Arm,
            stage.Stage,
            output == StageOutputs.Validation ? StageOutputs.Validation : stage.Checkpoint,
            question is null ? null : PromptOf(question, stage.Arm, rollout, attempts),
            rollout
        )
        {
            Gold = question?.Gold,
        };
    }

    private string? PromptOf(Question question, string arm, Rollout rollout, Dictionary<string, string> attempts)
    {
        var prompts = PromptSet.Get(_run.Recipe.Arms.FirstOrDefault(a => a.Name == arm)?.Set.Prompts ?? _run.Recipe.Prompts);
        return rollout.Parent is not { } parent ? prompts.SolvePrompt(question, rollout.Variant).User
            : attempts.TryGetValue(parent, out var attempt) ? prompts.ReflectionPrompt(question, attempt).User
            : null;
    }

    /// <summary>The attempts that the reflections of a stage judge, by their ids: those of the sampling stage before it, and in best of n
    /// the stage's own.</summary>
    private async Task<Dictionary<string, string>> AttemptsJudgedInAsync(ArmStageResult stage, CancellationToken cancellationToken)
    {
        var source = stage.Stage switch
        {
            StageNames.Reflect => _run.Stages.LastOrDefault(s =>
                s.Stage == StageNames.Sample && s.Seed == stage.Seed && s.Arm == stage.Arm && s.Round == stage.Round
            ),
            StageKinds.BestOfN => stage,
            _ => null,
        };
        return source is null
            ? []
            : await _artifacts
                .LinesAsync<Rollout>(source.Result, StageOutputs.Rollouts, cancellationToken)
                .ToDictionaryAsync(r => r.Id, r => r.Content, StringComparer.Ordinal, cancellationToken);
    }
}
