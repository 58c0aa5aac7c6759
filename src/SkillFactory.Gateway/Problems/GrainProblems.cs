using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Gateway.Problems;

/// <summary>Errors as problem details: a person's mistake is 400, a cluster that cannot answer now is 503, the rest is 500 without inner
/// details.</summary>
internal sealed class GrainProblems(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            UserErrorException e => (StatusCodes.Status400BadRequest, e.Message),
            TimeoutException or SiloUnavailableException or OrleansMessageRejectionException or ConnectionFailedException => (
                StatusCodes.Status503ServiceUnavailable,
                "The cluster does not answer now; try again in a few seconds."
            ),
            _ => (StatusCodes.Status500InternalServerError, "An unexpected error; the gateway's log has it."),
        };
        httpContext.Response.StatusCode = status;
        return await problems.TryWriteAsync(
            new ProblemDetailsContext
            {
                HttpContext = httpContext,
                Exception = exception,
                ProblemDetails = new ProblemDetails { Status = status, Detail = detail },
            }
        );
    }
}
