using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization;

namespace SkillFactory.Workers.Learning;

/// <summary>Makes the sequences that SFT trains on from traces: those that are too long are refused, left out or cut (sft.longer), then so many are drawn
/// as are asked for (sft.rows).</summary>
internal static class SftSequences
{
    /// <param name="draw">What the drawing depends on, and nothing else.</param>
    /// <returns>The sequences in the order of the traces, and under their names in the stage's counts how many were left out, cut or not drawn,
    /// where the settings speak of them.</returns>
    /// <exception cref="UserErrorException">A trace is too long and longer ones are refused, or none is left.</exception>
    public static async Task<(List<TrainingSequence> Sequences, IReadOnlyDictionary<string, double> Left)> ReadAsync(
        IAsyncEnumerable<SilverTrace> traces,
        ChatTemplate template,
        Tokenizer tokenizer,
        SftSettings settings,
        KeyedRandom draw,
        CancellationToken cancellationToken
    )
    {
        var sequences = new List<TrainingSequence>();
        var (skipped, cut) = (0, 0);
        await foreach (var trace in traces.WithCancellation(cancellationToken))
        {
            var (tokens, loss) = template.EncodeExample(tokenizer, new TrainingExample(trace.Id, trace.System, trace.User, trace.Segments));
            if (tokens.Length <= settings.MaxLength)
            {
                sequences.Add(new TrainingSequence(tokens, loss));
            }
            else if (settings.Longer is null or RecipeValues.RefuseLonger)
            {
                throw new UserErrorException(
                    $"trace {trace.Id} has {tokens.Length} tokens; sft.maxLength allows {settings.MaxLength}. Raise it, make the traces shorter (traces.attempts), or say what to do with longer ones (sft.longer: skip or cut)"
                );
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

        var left = new Dictionary<string, double>();
        if (settings.Longer is RecipeValues.SkipLonger or RecipeValues.CutLonger)
        {
            (left["sequences_too_long"], left["sequences_cut"]) = (skipped, cut);
        }

        if (settings.Rows is { } rows && rows < sequences.Count)
        {
            left["sequences_not_drawn"] = sequences.Count - rows;
            var order = Enumerable.Range(0, sequences.Count).ToArray();
            draw.Stream().Shuffle(order);
            sequences = [.. order.Take(rows).Order().Select(i => sequences[i])];
        }

        return sequences.Count > 0
            ? (sequences, left)
            : throw new UserErrorException(
                "there is no trace to fine-tune on; look at the yields of the stage before (more questions or attempts, a stronger base, or longer sequences)"
            );
    }
}
