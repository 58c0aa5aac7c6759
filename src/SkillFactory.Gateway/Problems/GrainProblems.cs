using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Gateway.Problems;

/// <summary>Answers errors with problem details: 400 for user errors, 503 when the cluster does not answer, otherwise 500 without
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
                "The cluster does not answer; try again in a few seconds."
            ),
            _ => (StatusCodes.Status500InternalServerError, "An unexpected error; see the gateway's log."),
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
