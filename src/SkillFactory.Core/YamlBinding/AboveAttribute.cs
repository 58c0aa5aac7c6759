using System.Globalization;

namespace SkillFactory.Core.YamlBinding;

/// <summary>Numbers greater than a limit.</summary>
public sealed class AboveAttribute(double limit) : BoundAttribute
{
    public override string Allowed => $"above {limit.ToString(CultureInfo.InvariantCulture)}";

    public override bool Allows(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture) > limit;
}
