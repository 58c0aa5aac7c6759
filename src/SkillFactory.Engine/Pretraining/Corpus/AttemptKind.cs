namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>How an attempt is made. Its content decides whether it is correct: a random chain can end at the target.</summary>
public enum AttemptKind
{
    /// <summary>A correct attempt.</summary>
    Solution,

    /// <summary>False arithmetic. Countdown: a random chain whose last result is replaced by the target. Multiplication: the result of one
    /// step is wrong. Letters: as <see cref="Random"/>.</summary>
    Wishful,

    /// <summary>Uses something that is not given. Countdown: a number. Multiplication: another digit. Letters: a word with other
    /// letters.</summary>
    WrongNumber,

    /// <summary>Correct arithmetic without a plan. Countdown: a random chain, whatever its result. Letters: the letters in random order.
    /// Multiplication: as <see cref="Wishful"/>.</summary>
    Random,
}
