namespace SkillFactory.Grading.Maths;

/// <summary>The kinds of <see cref="Atom"/>.</summary>
internal enum AtomKind
{
    /// <summary>A prime number under a root. Its exponent lies between 0 and 1; integer powers are part of the coefficient.</summary>
    Prime,

    /// <summary>i, with i² = −1.</summary>
    Imaginary,

    Pi,

    Euler,

    Variable,

    /// <summary>A polynomial under a root, with an exponent between 0 and 1.</summary>
    Root,

    /// <summary>A power whose exponent is not a number: 2^n, e^x.</summary>
    Power,

    /// <summary>A function application that has no simpler form.</summary>
    Function,
}
