using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Data.ImportedTraces;
using SkillFactory.Grading;

namespace SkillFactory.Grains.Stages;

/// <summary>
/// Samples attempts: once, or in rounds until every question has enough of them or a token budget is spent. The next batches depend on the
/// results of whole batches alone, never on timing, so the same recipe asks the same prompts on every machine.
/// </summary>
/// <param name="examples">Few-shot examples before each question.</param>
/// <param name="model">The model that answers, without its weights.</param>
/// <param name="weights">Its weights.</param>
internal sealed class AttemptRounds(
    StageContext stage,
    SampleStageSettings settings,
    IReadOnlyList<ImportedTrace> examples,
    ModelRef model,
    WeightsRef weights
)
{
    private readonly SamplingSettings _sampling = settings.Sampling;
    private readonly ExamplePrompt _prompts = new(
        PromptSet.Get(settings.Prompts),
        [.. examples.Select(e => new WorkedExample(e.User, e.Response))]
    );
    private readonly Dictionary<string, (int Correct, int Wrong)> _found = new(StringComparer.Ordinal);
    private readonly List<ArtifactRef> _parts = [];
    private readonly Dictionary<string, double> _counts = [];

    /// <param name="questions">Grouped by source.</param>
    public async Task<PromptRunResult> RunAsync(IReadOnlyList<Question> questions, CancellationToken cancellationToken)
    {
        if (_sampling is { Rounds: null, TokenBudget: null })
        {
            return await Add(Run(""), Items(questions, round: 1)).RunAsync(cancellationToken);
        }

        var asked = questions;
        var rounds = 0;
        while (asked.Count > 0 && rounds < (_sampling.Rounds ?? 1) && Remaining > 0)
        {
            rounds++;
            await RoundAsync(asked, rounds, cancellationToken);
            asked = [.. asked.Where(q => !HasEnough(q))];
        }

        _counts["rounds"] = rounds;
        if (_sampling.Enough is not null)
        {
            _counts["questions_with_enough"] = questions.Count(HasEnough);
        }

        return new PromptRunResult(await OffScheduler.RunAsync(() => JoinAsync(cancellationToken)), _counts);
    }

    /// <summary>Tokens that may still be generated.</summary>
    private double Remaining => (_sampling.TokenBudget ?? double.PositiveInfinity) - Spent;

    private double Spent => _counts.GetValueOrDefault(StageResult.GeneratedTokens);

    private bool HasEnough(Question question) =>
        _sampling.Enough is { } enough
        && _found.GetValueOrDefault(question.Id) is var found
        && found.Correct >= enough.Correct
        && found.Wrong >= enough.Wrong;

    private async Task RoundAsync(IReadOnlyList<Question> questions, int round, CancellationToken cancellationToken)
    {
        var batches = _sampling.TokenBudget is null
            ? Items(questions, round).Chunk(_sampling.PromptsPerBatch).ToList()
            : Spread(questions, round);
        for (int done = 0, wave = 1; done < batches.Count && Remaining > 0; wave++)
        {
            // As many batches at once as the budget allows at the mean cost so far; before the first, at the cost of full-length responses.
            var batchesSoFar = _counts.GetValueOrDefault("batches");
            var each =
                batchesSoFar > 0
                    ? Spent / batchesSoFar
                    : (double)_sampling.PromptsPerBatch * _sampling.AttemptsPerVariant * _sampling.Decoding.MaxNewTokens;
            var next = (int)Math.Clamp(Remaining / each, 1, batches.Count - done);
            var run = batches.Skip(done).Take(next).Aggregate(Run($"round {round}, part {wave}"), Add);
            await KeepAsync(await run.RunAsync(cancellationToken), cancellationToken);
            done += next;
        }
    }

    /// <summary>Interleaves the batches of the sources, so that each is equally far along at any time.</summary>
    private List<PromptItem[]> Spread(IReadOnlyList<Question> questions, int round) =>
        [
            .. questions
                .GroupBy(q => (q.Task, q.Level))
                .SelectMany(
                    (source, s) =>
                    {
                        var batches = Items(source, round).Chunk(_sampling.PromptsPerBatch).ToList();
                        return batches.Select((batch, i) => (Batch: batch, Share: (i + 0.5) / batches.Count, Source: s));
                    }
                )
                .OrderBy(b => b.Share)
                .ThenBy(b => b.Source)
                .Select(b => b.Batch),
        ];

    private PromptRun Run(string part) =>
        new(stage, stage.Node.Random.Child("attempts"), GradeAs.Answer, part, model)
        {
            Into = part.Length == 0 ? stage.Artifacts : stage.Scratch,
        };

    private PromptRun Add(PromptRun run, IEnumerable<PromptItem> items) =>
        run.Add(items, _sampling.PromptsPerBatch, _sampling.Decoding, weights);

    private IEnumerable<PromptItem> Items(IEnumerable<Question> questions, int round) =>
        questions.SelectMany(question =>
            _sampling.Variants.Select(variant =>
            {
                var (system, user) = _prompts.SolvePrompt(question, variant);
                var id = $"{question.Id}/{variant}";
                return new PromptItem(round == 1 ? id : $"{id}/{round}", question, variant, system, user, _sampling.AttemptsPerVariant);
            })
        );

    private async Task KeepAsync(PromptRunResult result, CancellationToken cancellationToken)
    {
        _parts.Add(result.Rollouts);
        foreach (var (name, count) in result.Counts)
        {
            _counts[name] = _counts.GetValueOrDefault(name) + count;
        }

        var graded = await OffScheduler.RunAsync(async () =>
            await stage
                .Artifacts.ReadLinesAsync<Rollout>(result.Rollouts, cancellationToken)
                .Where(a => a.Outcome is Outcome.Correct or Outcome.Wrong && !AnswerHint.LeaksIn(a))
                .Select(a => (a.QuestionId, a.Outcome))
                .ToListAsync(cancellationToken)
        );
        foreach (var (question, outcome) in graded)
        {
            var (correct, wrong) = _found.GetValueOrDefault(question);
            _found[question] = outcome == Outcome.Correct ? (correct + 1, wrong) : (correct, wrong + 1);
        }
    }

    private Task<ArtifactRef> JoinAsync(CancellationToken cancellationToken)
    {
        return stage.Artifacts.PutLinesAsync(All().ToBlockingEnumerable(cancellationToken), cancellationToken);

        async IAsyncEnumerable<Rollout> All()
        {
            foreach (var part in _parts)
            {
                await foreach (var rollout in stage.Artifacts.ReadLinesAsync<Rollout>(part, cancellationToken))
                {
                    yield return rollout;
                }
            }
        }
    }
}
