namespace SkillFactory.Core.YamlBinding;

/// <summary>Restricts a list as a whole; see <see cref="BoundAttribute"/> for its elements.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class ListBoundAttribute : Attribute
{
    /// <summary>The restriction, written so that it can follow "list of …,".</summary>
    public abstract string Allowed { get; }

    /// <summary>The first problem and the index of its element; the index is null when the problem is that of the whole list. Null when the
    /// list is allowed.</summary>
    public abstract (int? Index, string Problem)? Check(IReadOnlyList<object> items);
}
