using System.Text.RegularExpressions;

namespace SkillFactory.Core.Traces;

/// <summary>Finds the tags of traces in text.</summary>
internal static partial class TraceTags
{
    /// <summary>A tag: group 1 is "/" for a closing one, group 2 its name.</summary>
    [GeneratedRegex("<(/?)(think|sample|reflect|answer|verdict)>")]
    public static partial Regex Pattern();
}
