using SkillFactory.Primitives.Errors;

namespace SkillFactory.Dispatch.Tests.Calls;

public sealed class FailureTests
{
    [Fact]
    public void The_cause_lists_the_whole_chain_of_exceptions()
    {
        var failure = Failure.From(
            new InvalidOperationException("outer", new AggregateException("many", new IOException("a\nb"), new TimeoutException("c"))),
            "slot a/cpu/0"
        );
        Assert.Equal(("outer", false, "slot a/cpu/0"), (failure.Message, failure.IsUserError, failure.Origin));
        Assert.Collection(
            failure.Cause.Split('\n'),
            line => Assert.Equal("InvalidOperationException: outer", line),
            line => Assert.StartsWith("AggregateException: many", line, StringComparison.Ordinal),
            line => Assert.Equal("IOException: a b", line),
            line => Assert.Equal("TimeoutException: c", line)
        );
    }

    [Fact]
    public void A_user_error_in_the_chain_gives_the_message() =>
        Assert.Equal(
            new Failure("use another file", true, "IOException: outer\nUserErrorException: use another file"),
            Failure.From(new IOException("outer", new UserErrorException("use another file")))
        );

    [Fact]
    public void A_user_error_that_repeats_gives_a_failure_that_repeats()
    {
        Assert.True(Failure.From(new IOException("outer", new UserErrorException("too long") { Repeats = true })).Repeats);
        Assert.False(Failure.From(new UserErrorException("the disk is full")).Repeats);
    }

    [Fact]
    public void A_failure_from_elsewhere_keeps_its_origin_and_cause()
    {
        var first = new Failure("lost", false, "IOException: lost", "slot a/cpu/0");
        Assert.Equal(first, Failure.From(new InvalidOperationException("wrapped", new FailureException(first)), "silo b"));
        Assert.Equal("silo b", Failure.From(new FailureException(first with { Origin = null }), "silo b").Origin);
    }
}
