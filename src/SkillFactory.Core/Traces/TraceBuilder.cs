using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Traces;

/// <summary>
/// Turns a question's attempts and reflections into silver traces (paper section 3; released script). The traces of a question depend only
/// on its attempts, the settings and the key, not on other questions or their order, so questions can be streamed. Thread-safe.
/// </summary>
/// <remarks>If the question has too few attempts for a trace, the trace is not built and is counted in
/// <see cref="TraceYield.TracesShort"/>. Repeating attempts or building a shorter trace would change the distribution of lengths. (The
/// script skips the whole question.) Attempts are drawn without replacement within a trace. Except in algorithm 1, they may occur in
/// several traces of a question, as in the script.</remarks>
/// <param name="settings">Formats, K, repeats, filters, layout, final answer, loss.</param>
/// <param name="phrases">Glue and endings.</param>
/// <param name="random">Root key of the stage.</param>
public sealed class TraceBuilder(TraceSettings settings, PhraseSet phrases, KeyedRandom random)
{
    private readonly IReadOnlyList<ITraceFormat> _formats = TraceFormats.Parse(settings.Format);
    private readonly AttemptFilter _filter = new(settings);
    private readonly TraceTemplate _template = new(settings, phrases);

    /// <summary>Uses the phrases named in the settings.</summary>
    /// <exception cref="UserErrorException">A phrase file is missing or not valid.</exception>
    public TraceBuilder(TraceSettings settings, KeyedRandom random)
        : this(settings, PhraseSet.Resolve(settings.Phrases), random) { }

    /// <summary>Builds the traces of one question, with the counts of the filters. There are no traces if no correct attempt is
    /// usable.</summary>
    public (IReadOnlyList<SilverTrace> Traces, TraceYield Yield) Build(QuestionAttempts question)
    {
        var (pool, yield) = _filter.Apply(question);
        var traces = new List<SilverTrace>();
        var tooShort = 0;
        if (pool.Correct.Count > 0)
        {
            for (var repeat = 0; repeat < settings.Repeats; repeat++)
            {
                var key = random.Child(question.QuestionId).Child(repeat);
                foreach (var format in _formats)
                {
                    // With several formats, keys and ids include the name of the format.
                    var (own, prefix) = _formats.Count == 1 ? (key, "") : (key.Child(format.Name), $"{format.Name}.");
                    foreach (var draw in format.Draw(pool, settings, own.Child("attempts")))
                    {
                        if (draw is null)
                        {
                            tooShort++;
                        }
                        else
                        {
                            traces.Add(
                                Trace(question, $"{repeat}.{prefix}{draw.Label}", format, draw, own.Child("text").Child(draw.Label))
                            );
                        }
                    }
                }
            }
        }

        return (traces, yield with { Traces = traces.Count, TracesShort = tooShort });
    }

    private SilverTrace Trace(QuestionAttempts question, string label, ITraceFormat format, TraceDraw draw, KeyedRandom key)
    {
        var stream = key.Stream();
        var steps = draw.Attempts.Select(a => new TraceStep(a, draw.Reflects ? stream.Pick(a.Reflections) : null)).ToList();
        return new SilverTrace(
            $"{question.QuestionId}#{label}",
            question.QuestionId,
            question.System,
            question.User,
            _template.Write(draw, steps, stream),
            [.. steps.Select(s => s.Attempt.Attempt.Id)],
            [.. steps.Select(s => s.Reflection).OfType<TraceReflection>().Select(r => r.Id)],
            [.. steps.Select(s => s.Attempt.Correct)],
            format.Name
        )
        {
            Answer = draw.Answer == steps.Count - 1 ? null : draw.Answer,
            Ranks = steps[0].Attempt.Rank is null ? null : [.. steps.Select(s => s.Attempt.Rank!)],
        };
    }
}
