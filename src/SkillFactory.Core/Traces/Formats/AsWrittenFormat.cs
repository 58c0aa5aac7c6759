using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>Responses that already are traces, because the model followed the examples in its prompt (BOLT, Pang et al. 2025; a baseline of
/// the paper). Takes up to K correct responses of a question unchanged, including their tags.</summary>
public sealed class AsWrittenFormat : ITraceFormat
{
    public string Name => "as_written";

    public bool NeedsReflections => false;

    public bool TakesTags => true;

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        RejectionFormat.Each(pool, settings, random);
}
