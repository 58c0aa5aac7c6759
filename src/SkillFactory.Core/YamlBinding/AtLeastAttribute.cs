using System.Globalization;

namespace SkillFactory.Core.YamlBinding;

/// <summary>Numbers from a minimum on.</summary>
/// <param name="reason">Why smaller numbers are refused, where that is not obvious.</param>
public sealed class AtLeastAttribute(double minimum, string? reason = null) : BoundAttribute
{
    public override string Allowed =>
        (minimum == 0 ? "0 or more" : $"at least {minimum.ToString(CultureInfo.InvariantCulture)}")
        + (reason is null ? "" : $" ({reason})");

    public override bool Allows(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture) >= minimum;

    public override string Expected(string kind) => Allowed;
}
