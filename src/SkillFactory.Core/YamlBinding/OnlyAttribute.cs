using System.Globalization;

namespace SkillFactory.Core.YamlBinding;

/// <summary>A single number, such as a schema version.</summary>
public sealed class OnlyAttribute(int number) : BoundAttribute
{
    public override string Allowed => $"only {number.ToString(CultureInfo.InvariantCulture)}";

    public override bool Allows(object value) => value.Equals(number);

    public override string Expected(string kind) => Allowed;
}
