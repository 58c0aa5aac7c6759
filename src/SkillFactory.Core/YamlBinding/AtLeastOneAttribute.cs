namespace SkillFactory.Core.YamlBinding;

/// <summary>A list that is not empty.</summary>
/// <param name="item">Name of one element, for error messages.</param>
public sealed class AtLeastOneAttribute(string item) : ListBoundAttribute
{
    public override string Allowed => "at least one";

    public override (int? Index, string Problem)? Check(IReadOnlyList<object> items) =>
        items.Count > 0 ? null : (null, $"found an empty list; expected at least one {item}");
}
