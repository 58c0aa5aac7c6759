namespace SkillFactory.Core.YamlBinding;

/// <summary>Text of at least one character.</summary>
/// <param name="expected">What error messages say was expected.</param>
public sealed class NotEmptyAttribute(string expected = "some text") : BoundAttribute
{
    public override string Allowed => "not empty";

    public override bool Allows(object value) => ((string)value).Length > 0;

    public override string Expected(string kind) => expected;
}
