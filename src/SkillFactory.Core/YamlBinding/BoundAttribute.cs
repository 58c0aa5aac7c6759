namespace SkillFactory.Core.YamlBinding;

/// <summary>Restricts the values of one key. The binder refuses other values, and the key reference prints the restriction. On a list or a
/// mapping it holds for every element.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class BoundAttribute : Attribute
{
    /// <summary>The allowed values, written so that they can follow the kind of value: "from 0 to 1", "at least 1".</summary>
    public abstract string Allowed { get; }

    public abstract bool Allows(object value);

    /// <summary>The part of an error message that follows "expected".</summary>
    /// <param name="kind">The kind of value with its article: "a number", "a whole number", "text".</param>
    public virtual string Expected(string kind) => $"{kind} {Allowed}";

    /// <summary>What is added to the error message, such as the nearest allowed value; empty for nothing.</summary>
    public virtual string Hint(object value) => "";
}
