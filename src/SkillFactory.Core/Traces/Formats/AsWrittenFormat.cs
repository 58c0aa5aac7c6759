using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>Responses that are traces already, for they were written in the manner of examples (BOLT, Pang et al. 2025; the paper's
/// baseline): up to
/// K correct ones of a question, tags and all.</summary>
public sealed class AsWrittenFormat : ITraceFormat
{
    public string Name => "as_written";

    public bool NeedsReflections => false;

    public bool TakesTags => true;

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        RejectionFormat.Each(pool, settings, random);
}
