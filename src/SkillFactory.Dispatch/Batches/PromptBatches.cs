using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Dispatch.Batches;

/// <summary>Splits prompts into batches and runs them: one set of batches of a stage. Batch keys follow from the
/// stage key, the part and the order in which prompts are added; repeating a set after a crash finds the same batches.</summary>
/// <param name="set">Whose batches they are.</param>
/// <param name="random">Randomness of the sampling.</param>
/// <param name="model">The model that answers, without its weights.</param>
/// <param name="gradeAs">How responses are graded.</param>
public sealed class PromptBatches(IBatchRunner runner, BatchSet set, KeyedRandom random, ModelRef model, GradeAs gradeAs)
{
    private readonly List<BatchSpec> _specs = [];

    /// <summary>Whether rollouts hold their tokens and log-probabilities, for training on them. Default false.</summary>
    public bool KeepTokens { get; init; }

    /// <summary>Batches so far.</summary>
    public int Count => _specs.Count;

    /// <summary>Prompts in the first <paramref name="batches"/> batches.</summary>
    public int PromptsIn(int batches) => _specs.Take(batches).Sum(s => s.Items.Count);

    /// <summary>Adds prompts. They share no batch with prompts of other calls.</summary>
    public PromptBatches Add(IEnumerable<PromptItem> items, int promptsPerBatch, Decoding decoding, WeightsRef weights)
    {
        foreach (var chunk in items.Chunk(promptsPerBatch))
        {
            var key = set.Part.Length == 0 ? $"{set.StageKey}/{_specs.Count}" : $"{set.StageKey}/{set.Part}/{_specs.Count}";
            _specs.Add(new BatchSpec(key, random.Key, model, weights, decoding, gradeAs, chunk) { KeepTokens = KeepTokens });
        }

        return this;
    }

    /// <summary>Returns when all batches are done; see <see cref="IBatchRunner.RunAsync"/>.</summary>
    /// <returns>Outcomes in the order added.</returns>
    /// <exception cref="FailureException">A batch failed.</exception>
    public Task<IReadOnlyList<BatchOutcome>> RunAsync(Func<BatchProgress, Task>? progress, CancellationToken cancellationToken) =>
        runner.RunAsync(set, _specs, progress, cancellationToken);
}
