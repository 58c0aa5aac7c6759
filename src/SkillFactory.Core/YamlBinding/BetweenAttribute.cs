using System.Globalization;

namespace SkillFactory.Core.YamlBinding;

/// <summary>Numbers between two limits, which are included unless excluded here.</summary>
public sealed class BetweenAttribute(double minimum, double maximum) : BoundAttribute
{
    public bool ExcludesMinimum { get; init; }

    public bool ExcludesMaximum { get; init; }

    public override string Allowed =>
        (ExcludesMinimum, ExcludesMaximum) switch
        {
            (false, false) => $"from {Text(minimum)} to {Text(maximum)}",
            (false, true) => $"from {Text(minimum)} to below {Text(maximum)}",
            (true, false) => $"above {Text(minimum)} and at most {Text(maximum)}",
            (true, true) => $"between {Text(minimum)} and {Text(maximum)} (both excluded)",
        };

    public override bool Allows(object value)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return (ExcludesMinimum ? number > minimum : number >= minimum) && (ExcludesMaximum ? number < maximum : number <= maximum);
    }

    private static string Text(double limit) => limit.ToString(CultureInfo.InvariantCulture);
}
