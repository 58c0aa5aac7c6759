namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>What a document of the corpus asks for and holds.</summary>
public enum CorpusForm
{
    /// <summary>One plain attempt under the prompt of a variant.</summary>
    Attempt,

    /// <summary>One reflection of a given attempt.</summary>
    Reflection,

    /// <summary>A work sheet of one problem: one attempt in sample tags and its reflection.</summary>
    Check,

    /// <summary>A work sheet whose prompt lists several problems: one attempt and one reflection each, in their order.</summary>
    Sheet,

    /// <summary>A work sheet whose later problems are stated between the attempts, without loss.</summary>
    Each,

    /// <summary>Several different right attempts at one problem.</summary>
    Ways,
}
