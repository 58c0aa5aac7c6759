namespace SkillFactory.Grading.Maths;

/// <summary>How a text with ambiguous notations is read.</summary>
/// <param name="Thousands">Whether "1,234" is one number; otherwise it is two numbers and a comma.</param>
/// <param name="ShortUnits">Whether m, s and other units that look like variables are units after a number and a space.</param>
internal readonly record struct Notation(bool Thousands, bool ShortUnits)
{
    /// <summary>What letters mean.</summary>
    public Words Words { get; init; }

    /// <summary>Whether an argument in parentheses follows the text.</summary>
    public bool IsCall { get; init; }
}

/// <summary>What letters mean.</summary>
internal enum Words
{
    /// <summary>Short runs are products of letters.</summary>
    Maths,

    /// <summary>\text{…}: each run is a word.</summary>
    Prose,

    /// <summary>\mathrm{…}: each run is a word, a unit or a function, but e and i are numbers.</summary>
    Roman,
}
