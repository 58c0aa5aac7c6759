namespace SkillFactory.Reporting.Pages;

/// <summary>Text that is already markup and is not escaped.</summary>
internal readonly record struct Markup(string Text)
{
    public static Markup None => new("");
}
