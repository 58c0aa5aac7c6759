using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization.Patterns;

/// <summary>A part of a parsed pattern.</summary>
internal abstract record PatternNode
{
    /// <summary>The parts of this part.</summary>
    public virtual IEnumerable<PatternNode> Inner => [];

    /// <summary>This part and all within it.</summary>
    public IEnumerable<PatternNode> All() => Inner.SelectMany(i => i.All()).Prepend(this);

    public bool HasAtomicPart() => All().Any(n => n is AtomicNode or RepeatNode { Kind: RepeatKind.Possessive });
}

/// <summary>One code point of a set.</summary>
internal sealed record SetNode(CodePointSet Set) : PatternNode;

/// <summary>One code point as it is written, or one that differs from it only in case.</summary>
internal sealed record LiteralNode(int Point, bool IgnoreCase) : PatternNode
{
    public CodePointSet Set => IgnoreCase ? CaseMapping.SameButForCase(Point) : CodePointSet.Of(Point);
}

internal sealed record SequenceNode(IReadOnlyList<PatternNode> Items) : PatternNode
{
    public override IEnumerable<PatternNode> Inner => Items;
}

/// <summary>The first alternative that leads to a match.</summary>
internal sealed record ChoiceNode(IReadOnlyList<PatternNode> Items) : PatternNode
{
    public override IEnumerable<PatternNode> Inner => Items;
}

/// <param name="Max">Null for any number.</param>
internal sealed record RepeatNode(PatternNode Item, int Min, int? Max, RepeatKind Kind) : PatternNode
{
    public override IEnumerable<PatternNode> Inner => [Item];
}

internal enum RepeatKind
{
    Greedy,
    Lazy,
    Possessive,
}

/// <summary>A group that is not entered again once it has matched.</summary>
internal sealed record AtomicNode(PatternNode Item) : PatternNode
{
    public override IEnumerable<PatternNode> Inner => [Item];
}

/// <summary>A condition on the text behind or ahead.</summary>
internal sealed record LookNode(PatternNode Item, bool Ahead, bool Negated) : PatternNode
{
    public override IEnumerable<PatternNode> Inner => [Item];
}

internal sealed record AnchorNode(AnchorKind Kind) : PatternNode;

internal enum AnchorKind
{
    TextStart,
    TextEnd,

    /// <summary>The end of the text, or before the line feed that ends it.</summary>
    TextEndOrLastNewline,
    LineStart,
    LineEnd,
    WordBoundary,
    NotWordBoundary,
}
