namespace SkillFactory.Core.Traces;

/// <summary>Separate counts for correct and wrong attempts. Reflections count by the attempt they belong to.</summary>
public readonly record struct ClassCount(long Correct, long Wrong)
{
    public long Total => Correct + Wrong;

    public static ClassCount One(bool correct) => correct ? new(1, 0) : new(0, 1);

    public static ClassCount operator +(ClassCount a, ClassCount b) => Add(a, b);

    public static ClassCount Add(ClassCount a, ClassCount b) => new(a.Correct + b.Correct, a.Wrong + b.Wrong);
}
