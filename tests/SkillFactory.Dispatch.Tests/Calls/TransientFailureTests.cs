using System.Text.RegularExpressions;
using Orleans.Runtime;
using SkillFactory.Contracts.State;
using SkillFactory.Dispatch.Calls;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Dispatch.Tests.Calls;

public sealed class TransientFailureTests
{
    public static TheoryData<Exception, bool> Cases =>
        new()
        {
            { new TimeoutException("no reply"), true },
            { new SiloUnavailableException("gone"), true },
            { new OrleansException("no silo is compatible"), true },
            { new AggregateException(new SiloUnavailableException("gone")), true },
            { new ArgumentException("Could not find an implementation for interface skillfactory.learner"), true },
            { new ArgumentException("a batch has no prompts"), false },
            { new UserErrorException("the tokenizer does not fit"), false },
            { new FailureException(new Failure("batch e/s/1 failed", false, "")), false },
            { new InvalidOperationException("an internal error", new TimeoutException("inside")), false },
            { new RegexMatchTimeoutException("x", "(x+)+", TimeSpan.FromSeconds(1)), false },
            { new OrleansException("could not be activated", new StateFormatException("written by newer code")), false },
            { new OrleansException("the text names StateFormatException"), true },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Only_failures_to_reach_a_grain_are_transient(Exception exception, bool isTransient) =>
        Assert.Equal(isTransient, TransientFailure.Is(exception));
}
