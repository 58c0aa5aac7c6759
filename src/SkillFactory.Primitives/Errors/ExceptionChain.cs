namespace SkillFactory.Primitives.Errors;

/// <summary>An exception with everything that caused it.</summary>
public static class ExceptionChain
{
    /// <summary>The exception, then its inner exceptions, depth first; of an <see cref="AggregateException"/> all of them.</summary>
    public static IEnumerable<Exception> Of(Exception exception)
    {
        yield return exception;
        IEnumerable<Exception> inner =
            exception is AggregateException aggregate ? aggregate.InnerExceptions
            : exception.InnerException is { } one ? [one]
            : [];
        foreach (var cause in inner.SelectMany(Of))
        {
            yield return cause;
        }
    }
}
