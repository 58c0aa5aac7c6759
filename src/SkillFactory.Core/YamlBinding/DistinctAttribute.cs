namespace SkillFactory.Core.YamlBinding;

/// <summary>A list without two equal elements.</summary>
public sealed class DistinctAttribute : ListBoundAttribute
{
    public override string Allowed => "all different";

    public override (int? Index, string Problem)? Check(IReadOnlyList<object> items)
    {
        var seen = new HashSet<object>();
        foreach (var (i, item) in items.Index())
        {
            if (!seen.Add(item))
            {
                return (i, FormattableString.Invariant($"'{item}' is given twice"));
            }
        }

        return null;
    }
}
