namespace SkillFactory.Core.Tasks.Letters;

/// <summary>Which words count as English.</summary>
public enum WordDictionary
{
    /// <summary>The few hundred common words that questions are made from.</summary>
    Common,

    /// <summary>The common words and those of a spelling dictionary, several thousand of each length.</summary>
    Wide,
}
