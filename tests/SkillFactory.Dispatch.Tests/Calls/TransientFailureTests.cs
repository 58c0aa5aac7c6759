using System.Text.RegularExpressions;
using Orleans.Runtime;
using SkillFactory.Contracts.State;
using SkillFactory.Dispatch.Batches;
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
            { new BatchFailedException("e/s/1", "three attempts"), false },
            { new InvalidOperationException("a mistake of ours", new TimeoutException("inside")), false },
            { new RegexMatchTimeoutException("x", "(x+)+", TimeSpan.FromSeconds(1)), false },
            { new OrleansException("could not be activated", new StateFormatException("written by newer code")), false },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_passes_by_itself_is_told_from_what_does_not(Exception exception, bool isTransient) =>
        Assert.Equal(isTransient, TransientFailure.Is(exception));
}
