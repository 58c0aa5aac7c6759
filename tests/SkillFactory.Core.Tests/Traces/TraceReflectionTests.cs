using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Tests.Traces;

public sealed class TraceReflectionTests
{
    [Fact]
    public void A_reflection_without_an_id_gets_one_from_its_attempt()
    {
        var reflection = TraceReflection.Of("q/original#1", 3, "so <verdict>Correct</verdict>");
        Assert.Equal(("q/original#1/reflection#3", true, false), (reflection.Id, reflection.Verdict, reflection.IsTruncated));
    }
}
