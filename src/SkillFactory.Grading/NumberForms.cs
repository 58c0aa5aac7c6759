namespace SkillFactory.Grading;

/// <summary>Notations of a number that are accepted in addition to plain digits.</summary>
[Flags]
public enum NumberForms
{
    Plain = 0,

    /// <summary>A minus sign at the start of the expression or of a parenthesis.</summary>
    Signed = 1,

    /// <summary>Decimal places.</summary>
    Decimal = 2,
}
