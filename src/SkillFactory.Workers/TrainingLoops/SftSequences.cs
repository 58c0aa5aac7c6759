using SkillFactory.Core.Metrics;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>Encodes traces as training sequences. Traces that are too long are refused, skipped or cut (sft.longer); then a random subset
/// is drawn when fewer are wanted (sft.rows).</summary>
internal static class SftSequences
{
    /// <param name="random">Key of the random subset.</param>
    /// <returns>The sequences in the order of the traces, and how many were skipped, cut, not drawn or unopened, under their names in the
    /// stage's counts; only the counts that the settings or the chat template give rise to.</returns>
    /// <exception cref="UserErrorException">A trace is too long and longer ones are refused, or no sequence remains.</exception>
    public static async Task<(List<TrainingSequence> Sequences, IReadOnlyDictionary<string, double> Counts)> ReadAsync(
        IAsyncEnumerable<SilverTrace> traces,
        ChatTemplate template,
        Tokenizer tokenizer,
        SftSettings settings,
        KeyedRandom random,
        CancellationToken cancellationToken
    )
    {
        var sequences = new List<TrainingSequence>();
        var (skipped, cut, unopened) = (0, 0, 0);
        await foreach (var trace in traces.WithCancellation(cancellationToken))
        {
            var (tokens, loss, beginsAsPrompt) = template.EncodeExample(
                tokenizer,
                new TrainingExample(trace.Id, trace.System, trace.User, trace.Segments)
            );
            unopened += beginsAsPrompt ? 0 : 1;
            if (tokens.Length <= settings.MaxLength)
            {
                sequences.Add(new TrainingSequence(tokens, loss));
            }
            else if (settings.Longer is null or RecipeValues.RefuseLonger)
            {
                throw new UserErrorException(
                    $"trace {trace.Id} has {tokens.Length} tokens; sft.maxLength allows {settings.MaxLength}. Raise sft.maxLength, "
                        + "make the traces shorter (traces.attempts), or set sft.longer to skip or cut"
                )
                {
                    Repeats = true,
                };
            }
            else if (settings.Longer == RecipeValues.CutLonger && loss.AsSpan(0, settings.MaxLength).Contains(true))
            {
                sequences.Add(new TrainingSequence(tokens[..settings.MaxLength], loss[..settings.MaxLength]));
                cut++;
            }
            else
            {
                skipped++;
            }
        }

        var counts = new Dictionary<string, double>();
        if (settings.Longer is RecipeValues.SkipLonger or RecipeValues.CutLonger)
        {
            (counts[CountNames.SequencesTooLong], counts[CountNames.SequencesCut]) = (skipped, cut);
        }

        if (unopened > 0)
        {
            counts[CountNames.TracesUnopened] = unopened;
        }

        if (settings.Rows is { } rows && rows < sequences.Count)
        {
            counts[CountNames.SequencesNotDrawn] = sequences.Count - rows;
            var order = Enumerable.Range(0, sequences.Count).ToArray();
            random.Stream().Shuffle(order);
            sequences = [.. order.Take(rows).Order().Select(i => sequences[i])];
        }

        return sequences.Count > 0
            ? (sequences, counts)
            : throw new UserErrorException(
                "there is no trace to fine-tune on; see the yields of the previous stage "
                    + "(it may need more questions or attempts, a stronger base model, or a larger sft.maxLength)"
            )
            {
                Repeats = true,
            };
    }
}
